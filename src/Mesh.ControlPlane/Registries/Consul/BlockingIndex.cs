using System.Globalization;

namespace Mesh.ControlPlane.Registries.Consul;

/// <summary>The index of a blocking query, by Consul's rules: at least 1, and from the start again when it goes backwards.</summary>
internal struct BlockingIndex
{
    /// <summary>0 asks for an answer at once.</summary>
    public ulong Value { get; private set; }

    /// <summary>Takes the index of an answer; false when the answer is of the same state as the one before.</summary>
    public bool Take(string? header)
    {
        // A restored snapshot or a new leader counts from lower on; asking on with the old index would wait for ever.
        var next = ulong.TryParse(header, NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? Math.Max(index, 1) : 0;
        var isNews = next != Value || next == 0;
        Value = next < Value ? 0 : next;
        return isNews;
    }

    /// <summary>Asks for an answer at once the next time.</summary>
    public void Reset() => Value = 0;
}
