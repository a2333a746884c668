namespace Mesh.Client.Xds;

/// <summary>The growing pauses between attempts that brought nothing (gRPC connection-backoff.md).</summary>
internal sealed class ConnectBackoff(XdsClientOptions options, Random random)
{
    /// <summary>Failures since the last success.</summary>
    public int Failures { get; private set; }

    public void Reset() => Failures = 0;

    /// <summary>The pause after one more failure.</summary>
    public TimeSpan Next()
    {
        var exponent = Math.Min(Failures++, 60);
        var seconds = Math.Min(options.BackoffBase.TotalSeconds * Math.Pow(options.BackoffFactor, exponent), options.BackoffCap.TotalSeconds);
        var jitter = 1 + (options.BackoffJitter * ((2 * random.NextDouble()) - 1));
        return TimeSpan.FromSeconds(seconds * jitter);
    }
}
