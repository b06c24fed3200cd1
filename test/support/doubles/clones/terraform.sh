#!/bin/sh
# Plays the few commands of Terraform that ours run, from the files of the folder TERRAFORM_DOUBLE: plan.json is what
# `show -json` prints, state.json is the state, a file <command>.fails makes a command fail, plan.ends a plan that is
# written all the same, and plan.changes one that changes something; log.txt takes every command
# with its stack. A shell script, because a test starts it a dozen times.
folder=$TERRAFORM_DOUBLE
echo "$(basename "$PWD"): $(echo "$*" | sed 's/ -no-color//')" >> "$folder/log.txt"
if [ -f "$folder/$1.fails" ]; then
  cat "$folder/$1.fails" >&2
  exit 1
fi
case $1 in
  init) echo "# locked" > .terraform.lock.hcl ;;
  plan)
    for argument in "$@"; do
      case $argument in -out=*) { echo "plan on"; cat "$folder/state.json"; } > "${argument#-out=}" ;; esac
    done
    if [ -f "$folder/plan.ends" ]; then
      cat "$folder/plan.ends" >&2
      exit 1
    fi
    # What -detailed-exitcode says of a plan that changes nothing.
    if [ -f "$folder/plan.changes" ]; then exit 2; fi
    ;;
  show) cat "$folder/plan.json" ;;
  state) cat "$folder/state.json" ;;
  providers) echo "# locked for $*" > .terraform.lock.hcl ;;
  apply) echo "Apply complete!" ;;
  *) exit 1 ;;
esac
