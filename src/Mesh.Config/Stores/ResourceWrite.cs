namespace Mesh.Config.Stores;

/// <summary>What a writer asks of a store: put or remove one resource, if it is still the one that the writer has seen.</summary>
/// <param name="Id">Which one.</param>
/// <param name="Next">Admitted and complete but for its version; null removes.</param>
/// <param name="ExpectedVersion">The version that the writer has seen; 0 when it has seen none; null overwrites whatever is there.</param>
internal sealed record ResourceWrite(ResourceId Id, Resource? Next, long? ExpectedVersion);
