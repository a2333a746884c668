using System.Collections.Immutable;

namespace Mesh.Client.Xds.Resolution;

/// <summary>What is known of one host name.</summary>
internal sealed class HostRecord
{
    /// <summary>The addresses of the last answer, sorted; they stay when a later look-up fails.</summary>
    public ImmutableArray<string> Addresses { get; set; } = [];

    /// <summary>Why the last look-up failed; null while all is well.</summary>
    public string? Error { get; set; }

    /// <summary>Look-ups in a row that failed.</summary>
    public int Failures { get; set; }

    /// <summary>Whether there was an answer of any kind.</summary>
    public bool IsAnswered { get; set; }

    /// <summary>A look-up is under way.</summary>
    public bool IsResolving { get; set; }

    /// <summary>How long an answer is good; the shortest that anybody asks for.</summary>
    public TimeSpan Refresh { get; set; }

    /// <summary>When the next look-up is due.</summary>
    public DateTimeOffset Due { get; set; }
}
