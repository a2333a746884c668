namespace Mesh.Client.Health.Checks;

/// <summary>What a health check came to.</summary>
internal enum ProbeResultKind
{
    /// <summary>The endpoint says that it is well.</summary>
    Passed,

    /// <summary>The endpoint says that it is not: it is unhealthy at once.</summary>
    Refused,

    /// <summary>No answer, none in time, or one that may pass: counts towards the threshold.</summary>
    NoAnswer,
}
