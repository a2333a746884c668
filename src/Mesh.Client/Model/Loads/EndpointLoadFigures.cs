using System.Collections.Immutable;

namespace Mesh.Client.Model.Loads;

/// <summary>What one endpoint of a cluster got since it was last asked.</summary>
internal sealed record EndpointLoadFigures
{
    /// <summary>Null for what passes through the mesh to addresses of its own.</summary>
    public EndpointAddress? Address { get; init; }

    public Locality Locality { get; init; } = Locality.None;

    public uint Priority { get; init; }

    /// <summary>Attempts that were begun.</summary>
    public long Issued { get; init; }

    /// <summary>Attempts that succeeded.</summary>
    public long Successful { get; init; }

    /// <summary>Attempts that failed.</summary>
    public long Failed { get; init; }

    /// <summary>Attempts under way now.</summary>
    public long InProgress { get; init; }

    /// <summary>Calls that ended here.</summary>
    public long Calls { get; init; }

    /// <summary>Calls that failed.</summary>
    public long Errors { get; init; }

    /// <summary>Attempts after the first of calls that ended here.</summary>
    public long Retries { get; init; }

    public long MutualTls { get; init; }

    public long Grpc { get; init; }

    /// <summary>Of all calls together, in microseconds.</summary>
    public long Duration { get; init; }

    /// <summary>Calls by bucket of duration; those that are not empty.</summary>
    public ImmutableArray<KeyValuePair<int, long>> Buckets { get; init; } = [];

    public bool IsEmpty => Issued == 0 && Successful == 0 && Failed == 0 && Calls == 0 && InProgress == 0;
}
