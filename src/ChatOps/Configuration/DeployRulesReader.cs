using System.Globalization;
using ChatOps.Catalog;

namespace ChatOps.Configuration;

/// <summary>The part <c>deploy</c> of a service.</summary>
internal sealed class DeployRulesReader(Reading reading)
{
    private static readonly string[] Strategies = ["rolling", "recreate", "blue-green", "canary"];
    private static readonly string[] Approvers = ["none", "anyone", "second-person"];

    /// <param name="environments">Of the whole file, in their order.</param>
    public DeployRules Read(Section? section, IReadOnlyList<string> environments)
    {
        var rules = new DeployRules();
        if (section is null) return rules;
        rules = rules with
        {
            Strategy = section.OneOf("strategy", Strategies, null) switch
            {
                "rolling" => DeployStrategy.Rolling,
                "recreate" => DeployStrategy.Recreate,
                "blue-green" => DeployStrategy.BlueGreen,
                "canary" => DeployStrategy.Canary,
                _ => null,
            },
            Stateless = section.Flag("stateless", otherwise: false),
            FacingUsers = section.Flag("facing_users", otherwise: false),
            DowntimeAllowed = section.Flag("downtime_allowed", otherwise: false),
            InstantCutOver = section.Flag("instant_cut_over", otherwise: false),
            QuickWayBack = section.Flag("quick_way_back", otherwise: false),
            Approvals = Approvals(section.Below("approvals", $"approvals{section.In}"), environments),
            Backup = section.Flag("backup", otherwise: false),
            ChecksRequired = section.OneOf("checks", ["required", "none"], "required") == "required",
            BusinessMetric = Business(section.Below("business_metric", $"business_metric{section.In}")),
            Steps = Steps(section, rules.Steps),
            Watch = section.Duration("watch", rules.Watch, TimeSpan.FromSeconds(1), TimeSpan.FromHours(24)),
            Limits = Limits(section.Below("limits", $"limits{section.In}")),
        };
        if (rules is { Strategy: DeployStrategy.Recreate, DowntimeAllowed: false })
            reading.Mistake(section.LineOf("strategy"), $"'recreate' means downtime, which is not allowed{section.In}", "add 'downtime_allowed: true', or name another strategy");
        section.Done();
        return rules;
    }

    private Dictionary<string, Approval> Approvals(Section? section, IReadOnlyList<string> environments)
    {
        var approvals = new Dictionary<string, Approval>(StringComparer.Ordinal);
        foreach (var entry in section?.Entries ?? [])
        {
            if (!environments.Contains(entry.Key, StringComparer.Ordinal))
            {
                reading.Mistake(entry.Line, $"unknown environment '{entry.Key}'{section!.In}", Nearest.Hint(entry.Key, [.. environments]));
                continue;
            }
            var word = section!.OneOf(entry.Key, Approvers, "anyone");
            if (word == "none" && entry.Key == environments[^1])
                reading.Mistake(entry.Line, $"nothing changes {entry.Key} without a press of a person{section.In}", "'anyone' or 'second-person'");
            approvals[entry.Key] = word switch
            {
                "none" => Approval.None,
                "second-person" => Approval.SecondPerson,
                _ => Approval.Anyone,
            };
        }
        return approvals;
    }

    private static BusinessMetric? Business(Section? section)
    {
        if (section is null) return null;
        section.Require("name", "orders");
        var metric = new BusinessMetric(section.Text("name") ?? "", section.Text("query"), section.OneOf("better", ["higher", "lower"], "higher") == "lower");
        section.Done();
        return metric;
    }

    private IReadOnlyList<int> Steps(Section section, IReadOnlyList<int> otherwise)
    {
        if (!section.Has("steps")) return otherwise;
        var steps = new List<int>();
        foreach (var word in section.Words("steps"))
        {
            if (!int.TryParse(word.Text.TrimEnd('%', ' '), NumberStyles.None, CultureInfo.InvariantCulture, out var share) || share is < 1 or > 100)
                reading.Mistake(word.Line, $"'{word.Text}' is no share of the traffic{section.In}", "whole percents from 1 to 100");
            else if (steps.Count > 0 && share <= steps[^1])
                reading.Mistake(word.Line, $"'{word.Text}' does not follow {steps[^1]} in 'steps'{section.In}", "rising shares, such as [5, 25, 50, 100]");
            else steps.Add(share);
        }
        if (steps.Count == 0 || steps[^1] != 100) reading.Mistake(section.LineOf("steps"), $"'steps' does not end with all traffic{section.In}", "steps: [5, 25, 50, 100]");
        return steps;
    }

    private CanaryLimits Limits(Section? section)
    {
        var limits = new CanaryLimits();
        if (section is null) return limits;
        const double most = 1_000_000;
        limits = limits with
        {
            MinRequests = section.Integer("min_requests", limits.MinRequests, 1, 100_000_000),
            StepTime = section.Duration("step", limits.StepTime, TimeSpan.FromSeconds(1), TimeSpan.FromHours(24)),
            GiveUpAfter = section.Duration("give_up_after", limits.GiveUpAfter, TimeSpan.FromSeconds(1), TimeSpan.FromHours(48)),
            ConsecutiveBreaches = section.Integer("consecutive", limits.ConsecutiveBreaches, 1, 20),
            ErrorRate = section.Share("error_rate", limits.ErrorRate),
            ErrorRateTimes = section.Number("error_rate_times", limits.ErrorRateTimes, 1, most),
            ErrorRateFloor = section.Share("error_rate_floor", limits.ErrorRateFloor) ?? 0,
            P50Ms = Milliseconds(section, "p50", limits.P50Ms),
            P50Times = section.Number("p50_times", limits.P50Times, 1, most),
            P99Ms = Milliseconds(section, "p99", limits.P99Ms),
            P99Times = section.Number("p99_times", limits.P99Times, 1, most),
            Business = section.Number("business", limits.Business, 0, most),
            BusinessWorse = section.Share("business_worse", limits.BusinessWorse),
        };
        // What is tried with little traffic must be able to break a limit as well.
        limits = limits with { MinRequestsToBreak = section.Integer("min_requests_to_break", Math.Min(limits.MinRequestsToBreak, limits.MinRequests), 1, 100_000_000) };
        if (limits.MinRequestsToBreak > limits.MinRequests)
            reading.Mistake(section.LineOf("min_requests_to_break"), $"'min_requests_to_break' is more than 'min_requests'{section.In}", "a step would pass before its numbers can break anything");
        if (limits.GiveUpAfter < limits.StepTime)
            reading.Mistake(section.LineOf("give_up_after"), $"a step would be given up before it can pass{section.In}", $"'give_up_after' of at least {Durations.Text(limits.StepTime)}, which is 'step'");
        section.Done();
        return limits;
    }

    private static double? Milliseconds(Section section, string key, double? otherwise) =>
        section.Has(key) ? section.Duration(key, TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(1), TimeSpan.FromMinutes(10)).TotalMilliseconds : otherwise;
}
