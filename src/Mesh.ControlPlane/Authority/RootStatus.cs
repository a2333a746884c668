namespace Mesh.ControlPlane.Authority;

/// <summary>A root as people see it.</summary>
/// <param name="Name">For the commands.</param>
/// <param name="State">Issuing, pending (added, does not issue yet) or former.</param>
/// <param name="Subject">Of its certificate.</param>
/// <param name="Pin">SHA-256 of its key, as tokens carry it.</param>
/// <param name="NotAfter">Its end.</param>
/// <param name="Certificates">How many unexpired certificates rest on it.</param>
/// <param name="Identities">Whose those are.</param>
internal sealed record RootStatus(
    string Name, string State, string Subject, string Pin, DateTimeOffset NotAfter, long Certificates, IReadOnlyList<string> Identities);
