namespace ChatOps.Incidents;

public enum IncidentRole
{
    /// <summary>Decides, and may deploy a fix in a hurry.</summary>
    Lead,

    /// <summary>Tells those outside.</summary>
    Comms,

    /// <summary>Writes down what happens.</summary>
    Scribe,
}

/// <summary>The roles by their words.</summary>
public static class IncidentRoles
{
    public static IReadOnlyList<IncidentRole> All { get; } = [IncidentRole.Lead, IncidentRole.Comms, IncidentRole.Scribe];

    public static string Word(IncidentRole role) => role switch
    {
        IncidentRole.Lead => "lead",
        IncidentRole.Comms => "comms",
        _ => "scribe",
    };

    /// <summary>What the person is there for, as they are told.</summary>
    public static string Duty(IncidentRole role) => role switch
    {
        IncidentRole.Lead => "decides what is done, and by whom",
        IncidentRole.Comms => "tells those outside: `update`",
        _ => "writes down what happens: `note`",
    };

    /// <summary>"lead", "commander", "communications" …; null when it is none of them.</summary>
    public static IncidentRole? Parse(string word) => word.Trim().ToUpperInvariant() switch
    {
        "LEAD" or "LEADER" or "IC" or "COMMANDER" => IncidentRole.Lead,
        "COMMS" or "COMM" or "COMMUNICATIONS" or "COMMUNICATION" => IncidentRole.Comms,
        "SCRIBE" or "NOTES" or "WRITER" => IncidentRole.Scribe,
        _ => null,
    };

    public static string? HolderOf(Incident incident, IncidentRole role) => role switch
    {
        IncidentRole.Lead => incident.Lead,
        IncidentRole.Comms => incident.Comms,
        _ => incident.Scribe,
    };
}
