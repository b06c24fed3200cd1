import type { Row } from "../rule";
import { table } from "./table";
import { changed, disabled, losesItems, lowered, raised } from "./tests";

const type = "aws_cloudwatch_metric_alarm";
const RISING = ["GreaterThanOrEqualToThreshold", "GreaterThanThreshold"];
const remedy = "Keep it, or say in the pull request who notices instead.";

const rows: readonly Row[] = [
  {
    type,
    attribute: "actions_enabled",
    when: disabled,
    severity: "asks",
    consequence: "The alarm tells nobody.",
    remedy,
  },
  {
    type,
    attribute: "alarm_actions",
    when: losesItems,
    severity: "asks",
    consequence: "Whoever was told no longer is.",
    remedy,
  },
  {
    type,
    attribute: "threshold",
    when: (before, after, change) =>
      RISING.includes(String((change.after as { comparison_operator?: string }).comparison_operator))
        ? raised(before, after)
        : lowered(before, after),
    severity: "asks",
    consequence: "It takes more failures before the alarm goes off.",
    remedy,
  },
  ...["evaluation_periods", "datapoints_to_alarm", "period"].map(
    (attribute): Row => ({
      type,
      attribute,
      when: raised,
      severity: "asks",
      consequence: "The alarm goes off later.",
      remedy,
    }),
  ),
  ...["metric_name", "namespace", "dimensions", "statistic", "comparison_operator", "treat_missing_data"].map(
    (attribute): Row => ({
      type,
      attribute,
      when: changed,
      severity: "asks",
      consequence: "The alarm watches something else. On a name that AWS does not publish it never goes off.",
      remedy: "Compare with the metrics that the service publishes.",
    }),
  ),
];

/** Finds alarms that go off later, or tell fewer people. */
export const alarms = table("alarms", rows);
