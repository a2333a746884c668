using System.Collections.Immutable;
using Mesh.ControlPlane.Storage;
using Mesh.Protocol.Jwt;

namespace Mesh.ControlPlane.Keys;

/// <summary>Keeps the last good key sets in the state of the control plane: one that restarts while an issuer is down still has its keys.</summary>
internal sealed class KeyArchive(IStateStore store, ILogger<KeyArchive> logger)
{
    private const string Name = "jwks.json";

    /// <summary>What was kept; nothing when it cannot be used, since the issuers can be asked.</summary>
    public ImmutableDictionary<KeyLocation, KeptKeySet> Read()
    {
        try
        {
            return (StateJson.Read<Document>(store, Name)?.Sets ?? [])
                .Where(set => set is { Uri.Length: > 0 } && JsonWebKeySet.TryParse(set.Keys, out _) is not null)
                .DistinctBy(set => set.Location)
                .ToImmutableDictionary(set => set.Location);
        }
        catch (StateException exception)
        {
            KeyLog.ArchiveUnread(logger, exception.Message);
            return ImmutableDictionary<KeyLocation, KeptKeySet>.Empty;
        }
    }

    /// <summary>Replaces what was kept; keys are in use whether or not they can be kept.</summary>
    public void Write(IEnumerable<KeptKeySet> sets)
    {
        try
        {
            StateJson.Write(store, Name, new Document { Sets = [.. sets.OrderBy(set => set.Uri, StringComparer.Ordinal)] });
        }
        catch (StateException exception)
        {
            KeyLog.ArchiveUnwritten(logger, exception.Message);
        }
    }

    private sealed record Document
    {
        public ImmutableArray<KeptKeySet> Sets { get; init; } = [];
    }
}
