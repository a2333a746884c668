using System.Text;
using System.Text.Json;

namespace Mesh.Config.Stores;

/// <summary>What every store asks of a write before it does anything: the expected version, a difference, and room.</summary>
internal static class WriteRules
{
    /// <summary>The outcome of a write that changes nothing; null when it is to be carried out.</summary>
    /// <param name="write">What is asked for.</param>
    /// <param name="current">What is there now; null when nothing is.</param>
    public static WriteResult? Judge(ResourceWrite write, Resource? current)
    {
        if (write.ExpectedVersion is { } expected && expected != (current?.ResourceVersion ?? 0))
        {
            return write.Next is null && current is null ? new WriteResult(WriteStatus.Absent, null) : new WriteResult(WriteStatus.Conflict, current);
        }

        if (write.Next is null)
        {
            return current is null ? new WriteResult(WriteStatus.Absent, null) : null;
        }

        return current is not null && ResourceContent.AreEqual(current, write.Next) ? new WriteResult(WriteStatus.Unchanged, current) : null;
    }

    /// <summary>The refusal of a write that finds no room; null when it fits. To remove is always possible.</summary>
    public static WriteResult? Measure(ResourceWrite write, ConfigHistory history, StoreLimits limits)
    {
        if (write.Next is not { } next)
        {
            return null;
        }

        var bytes = SizeOf(next.Document);
        if (bytes > limits.ObjectBytes)
        {
            return WriteResult.Refuse(WriteRefusal.TooLarge, $"{write.Id} has {bytes} bytes as JSON; at most {limits.ObjectBytes} are stored. Split it into several resources.");
        }

        var count = history.CountIn(write.Id.Namespace);
        return count >= limits.ObjectsPerNamespace && !history.Current.Resources.ContainsKey(write.Id)
            ? WriteResult.Refuse(WriteRefusal.TooMany, $"{Describe(write.Id.Namespace)} already has {count} resources; at most {limits.ObjectsPerNamespace} are stored. Delete some, or raise the limit (ObjectsPerNamespace).")
            : null;
    }

    private static long SizeOf(JsonElement document) =>
        document.ValueKind == JsonValueKind.Undefined ? 0 : Encoding.UTF8.GetByteCount(document.GetRawText());

    private static string Describe(string @namespace) => @namespace.Length == 0 ? "The cluster scope" : $"The namespace {@namespace}";
}
