namespace Mesh.Client.Health.Checks;

/// <summary>What a health check came to, and the details for people.</summary>
internal readonly record struct ProbeResult(ProbeResultKind Kind, string Detail)
{
    public static ProbeResult Passed { get; } = new(ProbeResultKind.Passed, "");

    public static ProbeResult Refused(string detail) => new(ProbeResultKind.Refused, detail);

    public static ProbeResult NoAnswer(string detail) => new(ProbeResultKind.NoAnswer, detail);
}
