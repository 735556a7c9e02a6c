using System.Globalization;
using ChatOps.Catalog;
using ChatOps.Telemetry.Prometheus;

namespace ChatOps.Configuration;

/// <summary>A Prometheus of the file, and what holds for all services that it measures.</summary>
internal sealed record PrometheusSource(PrometheusDefinition Definition, PrometheusUse Use);

/// <summary>The part <c>prometheus</c> of the file, and of a service in an environment.</summary>
internal static class PrometheusReader
{
    private static readonly string[] Units = ["percent", "bytes", "count", "per_second", "ratio", "ms"];

    /// <summary>Job and service are the same in most places.</summary>
    private static readonly Dictionary<string, string> UsualLabels = new(StringComparer.Ordinal) { ["job"] = "{service}" };

    public static PrometheusSource Source(string name, Section section)
    {
        var definition = HttpSourceReader.Read(section, new PrometheusDefinition { Name = name, Url = HttpSourceReader.Unknown });
        var use = Common(section, new PrometheusUse { Source = name, Labels = UsualLabels });
        section.Done();
        return new(definition, use);
    }

    /// <summary>A name of a source alone is enough: everything else has its default.</summary>
    public static PrometheusUse? Use(Section section, IReadOnlyDictionary<string, PrometheusSource> sources, ServiceKind kind, BusinessMetric? business)
    {
        if (section.Node("prometheus") is not { } node) return null;
        if (node is YamlScalar)
        {
            var named = section.OneOf("prometheus", [.. sources.Keys], null);
            return named is null ? null : Complete(section, sources[named].Use, null, kind, business);
        }
        if (section.Below("prometheus", $"prometheus{section.In}") is not { } below) return null;
        below.Require("source", sources.Keys.FirstOrDefault() ?? "…");
        var source = below.OneOf("source", [.. sources.Keys], null);
        var use = source is null ? new PrometheusUse { Source = "", Labels = UsualLabels } : sources[source].Use;
        use = Complete(below, Common(below, use), below.Below("queries", $"queries{below.In}"), kind, business);
        below.Done();
        return source is null ? null : use;
    }

    private static PrometheusUse Common(Section section, PrometheusUse use) => use with
    {
        Labels = LabelReader.Read(section, use.Labels),
        VersionLabel = !section.Has("version_label") ? use.VersionLabel : section.Parsed("version_label", "", t => LabelReader.IsName(t) ? t : null, $"'version_label' is no name of a label{section.In}", "letters, digits and underscores, such as version"),
        Window = section.Duration("window", use.Window, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)),
    };

    private static PrometheusUse Complete(Section section, PrometheusUse use, Section? queries, ServiceKind kind, BusinessMetric? business)
    {
        // What a worker or a database measures has no usual name.
        var overTime = kind == ServiceKind.Web ? PromDefaults.OverTime.ToList() : [];
        var ofVersions = PromDefaults.OfVersions.ToList();
        foreach (var entry in queries?.Entries ?? [])
        {
            var query = Query(queries!, entry);
            foreach (var list in (List<PrometheusQuery>[])[overTime, ofVersions])
            {
                var at = list.FindIndex(q => q.Name == entry.Key);
                if (at >= 0 && query is null) list.RemoveAt(at);
                else if (at >= 0) list[at] = query!;
            }
            if (query is not null && !overTime.Contains(query) && !ofVersions.Exists(q => q.Name == entry.Key && q.Name.EndsWith("_total", StringComparison.Ordinal))) overTime.Add(query);
        }
        if (overTime.Count == 0) section.Reading.Mistake(section.Line, $"nothing is asked of Prometheus{section.In}", "name at least one query below 'queries'");
        if (use.VersionLabel is null) return use with { Queries = overTime };
        if (business is not null)
        {
            // The name of a counter alone is what a platform would be asked for.
            var asked = business.Query ?? business.Name;
            ofVersions.Add(new(asked, LabelReader.IsName(asked) ? PromDefaults.Counter(asked) : asked, "count"));
        }
        foreach (var query in ofVersions.Where(q => PromTemplate.TryParse(q.Template, out _) is not { TellsVersions: true }))
            section.Reading.Mistake(section.Line, $"the query of {query.Name} cannot tell versions apart{section.In}", "use {labels} or version=~\"{version}\" in it, or leave 'version_label' out");
        if (ofVersions.Count < PromDefaults.OfVersions.Count)
            section.Reading.Mistake(section.LineOf("version_label"), $"by version there must be requests, errors and both latencies{section.In}", "do not turn them off, or leave 'version_label' out");
        return use with { Queries = overTime, VersionQueries = ofVersions };
    }

    /// <summary>Null: it is off, or a mistake.</summary>
    private static PrometheusQuery? Query(Section queries, YamlEntry entry)
    {
        if (Names.Thing(entry.Key) is null) queries.Reading.Mistake(entry.Line, $"'{entry.Key}' is no name for a query", Names.Rule);
        Section? below = null;
        string? text;
        if (entry.Value is YamlMap)
        {
            below = queries.Below(entry.Key, $"query '{entry.Key}'");
            text = below!.Required("query", "sum(…)");
        }
        else
        {
            text = queries.Text(entry.Key);
            if (text == "off") return null;
        }
        var unit = below?.OneOf("unit", Units, null) ?? PromDefaults.UnitOf(entry.Key) ?? "count";
        var query = new PrometheusQuery(entry.Key, text ?? "", unit, below is null ? null : Limit(below));
        below?.Done();
        if (text is null) return null;
        if (PromTemplate.TryParse(text, out var mistake) is not null) return query;
        queries.Reading.Mistake(entry.Line, $"the query '{entry.Key}' cannot be used: {mistake}", "{labels} and {window} stand outside of quotes; \"{service}\", \"{environment}\" and =~\"{version}\" inside of double or single ones");
        return null;
    }

    private static double? Limit(Section section)
    {
        var limit = section.Parsed("limit", "", t => double.TryParse(t, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var n) && n > 0 ? t : null,
            $"'limit' is no number above 0{section.In}", "what it must not reach, in its unit, such as 0.9 or 536870912");
        return limit.Length > 0 ? double.Parse(limit, NumberStyles.Float, CultureInfo.InvariantCulture) : null;
    }
}
