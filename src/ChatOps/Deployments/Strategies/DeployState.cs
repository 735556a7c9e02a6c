using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ChatOps.Deployments.Strategies;

/// <summary>Where a deploy stands. The names are kept in rows: add, never rename.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DeployStage>))]
public enum DeployStage
{
    /// <summary>A copy of its data is made.</summary>
    Backup,

    /// <summary>The platform replaces the old version in place.</summary>
    Replace,

    /// <summary>The new version starts beside the old one.</summary>
    Candidate,

    /// <summary>The new version gets a share of the traffic and is compared with the old one.</summary>
    Share,

    /// <summary>The new version becomes what runs.</summary>
    Promote,

    /// <summary>The new version has all traffic: is it well?</summary>
    Verify,

    /// <summary>It is well and is watched.</summary>
    Watch,

    /// <summary>It is decided to go back: what is there to undo?</summary>
    Undo,

    /// <summary>The way back was taken: is the old version well?</summary>
    Undone,
}

/// <summary>The one call of a step. The names are kept in rows: add, never rename.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<StepCallKind>))]
public enum StepCallKind
{
    BackUp,
    Deploy,
    Recreate,
    StartCandidate,
    SetWeight,
    Promote,
    DropCandidate,
    RollBack,
}

/// <summary>A call that is to be made, or was made and is followed.</summary>
/// <param name="Name">Part of the id that the platform is given; one of a kind within the deploy.</param>
/// <param name="Percent">Of <see cref="StepCallKind.SetWeight"/>.</param>
/// <param name="Begun">The platform was asked.</param>
public sealed record StepCall(StepCallKind Kind, string Name, int? Percent = null, bool Begun = false);

/// <summary>One line of what was done, not escaped.</summary>
/// <param name="By">The person who did it; null: what the press confirmed.</param>
public sealed record DeployLine(string Text, string? By = null);

/// <summary>How far a deploy is: all that lives between two steps. Rows carry it: add, never rename.</summary>
public sealed record DeployState
{
    public required DeployStage Stage { get; init; }

    /// <summary>When the stage began, or its share of the traffic.</summary>
    public required DateTimeOffset Since { get; init; }
    public required DateTimeOffset Begun { get; init; }

    /// <summary>Null: nothing is to be called, the stage looks.</summary>
    public StepCall? Call { get; init; }

    /// <summary>Of <see cref="DeployPlan.Shares"/>.</summary>
    public int ShareIndex { get; init; }

    /// <summary>The newest looks of this stage, oldest first: as many as a breach takes in a row.</summary>
    public IReadOnlyList<CanaryLook> Looks { get; init; } = [];

    /// <summary>Healthy looks in a row, or ill ones as a negative number.</summary>
    public int Health { get; init; }

    /// <summary>A person was asked in this stage and has not answered; it is watched all the same.</summary>
    public bool Asked { get; init; }

    /// <summary>A call failed where nothing goes back by itself: it gets no further before a person says what is to be.</summary>
    public bool Failed { get; init; }

    /// <summary>It was told that nothing changes.</summary>
    public bool Stalled { get; init; }

    /// <summary>The platform took a call for the new version: what runs may not be what ran before.</summary>
    public bool Taken { get; init; }

    /// <summary>The platform was asked to end the call before its time.</summary>
    public bool EndAsked { get; init; }

    /// <summary>Why it goes back; null: it does not.</summary>
    public string? Why { get; init; }

    /// <summary>Who decided to go back; null: the press that armed it.</summary>
    public string? UndoneBy { get; init; }

    /// <summary>What the watch came to, where something is called after it; null: it is not over.</summary>
    public string? Proof { get; init; }

    /// <summary>What was done, oldest first; for the card.</summary>
    public IReadOnlyList<DeployLine> Lines { get; init; } = [];

    /// <summary>The newest numbers or the newest fact, for the card.</summary>
    public string? Latest { get; init; }

    [JsonIgnore]
    public bool GoesBack => Why is not null;

    /// <summary>Where it stands, as one word that is another one after every answer: what is pressed is an answer to what was asked there. Buttons carry it.</summary>
    [JsonIgnore]
    public string Stand => string.Create(CultureInfo.InvariantCulture, $"{Stage}-{ShareIndex}");

    /// <summary>What was not measured is NaN.</summary>
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals | JsonNumberHandling.AllowReadingFromString };

    public JsonElement ToJson() => JsonSerializer.SerializeToElement(this, Json);

    public static DeployState Of(JsonElement json) => json.Deserialize<DeployState>(Json) ?? throw new JsonException("A deploy without its state.");
}
