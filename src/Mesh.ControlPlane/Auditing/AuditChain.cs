using System.Security.Cryptography;
using Mesh.ControlPlane.Storage;

namespace Mesh.ControlPlane.Auditing;

/// <summary>Ties lines together: who changes, removes or inserts one breaks the hash of every later one.</summary>
internal static class AuditChain
{
    /// <summary>The line that follows another.</summary>
    public static AuditEntry Follow(AuditEntry? last, AuditEvent what, DateTimeOffset at)
    {
        var entry = new AuditEntry((last?.Sequence ?? 0) + 1, at, what, last?.Hash ?? AuditEntry.Origin, "");
        return entry with { Hash = HashOf(entry) };
    }

    /// <summary>What is wrong with a line in its place; null when nothing is.</summary>
    /// <param name="before">The line before; null for the first that is kept.</param>
    /// <param name="entry">The line.</param>
    public static string? Check(AuditEntry? before, AuditEntry entry)
    {
        if (HashOf(entry with { Hash = "" }) != entry.Hash)
        {
            return $"entry {entry.Sequence} was changed: its content does not give the hash that it carries";
        }

        if (before is null)
        {
            return entry.Sequence == 1 && entry.Previous != AuditEntry.Origin ? "entry 1 follows another one, which is not there" : null;
        }

        return entry.Sequence == before.Sequence + 1 && entry.Previous == before.Hash
            ? null
            : $"entry {entry.Sequence} does not follow entry {before.Sequence}: entries between were removed, or it was put in";
    }

    private static string HashOf(AuditEntry entry) => Convert.ToHexStringLower(SHA256.HashData(StateJson.ToLine(entry)));
}
