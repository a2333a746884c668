namespace Mesh.ControlPlane.Graph;

/// <summary>What went over an edge in some time.</summary>
internal sealed class EdgeTraffic
{
    /// <summary>Calls, each once, however many attempts it took.</summary>
    public long Requests { get; set; }

    /// <summary>Calls that failed: status 500 and more, gRPC status other than OK, no answer, or dropped by the client itself.</summary>
    public long Errors { get; set; }

    /// <summary>Attempts after the first of a call.</summary>
    public long Retries { get; set; }

    public long MutualTls { get; set; }

    public long Grpc { get; set; }

    /// <summary>Whether the reporter tells more than LRS has fields for: without it nothing is known of retries, TLS and durations.</summary>
    public bool IsDetailed { get; set; }

    public LatencyCounts Latency { get; } = new();

    public void Add(EdgeTraffic other, double from = 0, double to = 1)
    {
        Requests += Share.Of(other.Requests, from, to);
        Errors += Share.Of(other.Errors, from, to);
        Retries += Share.Of(other.Retries, from, to);
        MutualTls += Share.Of(other.MutualTls, from, to);
        Grpc += Share.Of(other.Grpc, from, to);
        IsDetailed |= other.IsDetailed;
        Latency.Add(other.Latency, from, to);
    }
}
