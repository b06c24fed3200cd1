#!/usr/bin/env bash
# Takes Terraform's place and has a test play it: the command goes to the port TERRAFORM_PLAYER, and what comes back is
# printed, line by line. An interrupt is handed on, and its end waited for. In bash, because Node.js takes fifteen times as
# long to start.
exec 3<>"/dev/tcp/127.0.0.1/$TERRAFORM_PLAYER" || exit 1
trap 'echo interrupt >&3' INT
printf '%s\n' "$PWD" "$@" "" >&3
while IFS= read -r line <&3; do
  case $line in
    "exit "*) exit "${line#exit }" ;;
    "kill") kill -KILL $$ ;;
    "! "*) printf '%s\n' "${line#! }" >&2 ;;
    *) printf '%s\n' "${line#> }" ;;
  esac
done
exit 1
