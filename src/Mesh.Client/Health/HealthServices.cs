using Mesh.Client.Health.Checks;

namespace Mesh.Client.Health;

/// <summary>What the health of every cluster shares.</summary>
/// <param name="Time">The clock.</param>
/// <param name="Random">For enforcement and jitter.</param>
/// <param name="Events">Where changes are told.</param>
/// <param name="Prober">Sends the health checks.</param>
internal sealed record HealthServices(TimeProvider Time, Random Random, HealthEvents Events, IHealthProber Prober)
{
    /// <summary>Whether this process itself is slow just now: then what was not in time says nothing of an endpoint.</summary>
    public Func<bool> IsSlow { get; init; } = static () => false;
}
