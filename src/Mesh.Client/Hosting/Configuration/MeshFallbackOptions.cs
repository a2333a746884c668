namespace Mesh.Client;

/// <summary>What holds while the control plane does not (<c>Mesh:Fallback</c>). The host's start never waits for any of it.</summary>
public sealed class MeshFallbackOptions
{
    /// <summary>Whether calls follow the mesh. Read again when the configuration is reloaded; calls under way are not disturbed. Default: <see cref="MeshFallbackMode.Auto"/>.</summary>
    public MeshFallbackMode Mode { get; set; }

    /// <summary>A file whose mere existence switches to <see cref="MeshFallbackMode.Direct"/>, and whose end switches back; looked for every second. Default: none.</summary>
    public string? SignalFile { get; set; }

    /// <summary>
    /// Whether the control plane may switch to <see cref="MeshFallbackMode.Direct"/> and back (<c>meshctl mode</c>). What it ordered holds until a control plane says otherwise. Default: on.
    /// </summary>
    public bool FollowOrders { get; set; } = true;

    /// <summary>
    /// What becomes of a request of whose destination nothing is known at all. Default: <see cref="MissingConfiguration.Direct"/>; the floor of <see cref="AllowPlaintext"/> holds for it.
    /// </summary>
    public MissingConfiguration WhenNoConfiguration { get; set; }

    /// <summary>For <see cref="MissingConfiguration.Wait"/>: above zero, at most 10 minutes. Default: 30 s.</summary>
    public TimeSpan WaitTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Whether a process with an identity may call in plaintext where no configuration says that it may: the other side may be one that demands mutual TLS, and what a request holds would be
    /// readable on its way. Default: off. A process without an identity has only plaintext; <c>https</c> requests are none of it.
    /// </summary>
    public bool AllowPlaintext { get; set; }

    /// <summary>
    /// Endpoints by host, such as <c>reviews: [10.0.0.1:9080, http://10.0.0.2:9080]</c>: used while nothing else is known of the host, and by the kill switch. They go before configuration section
    /// <c>Services</c> (Microsoft.Extensions.ServiceDiscovery, Aspire), which is read in the same way. Default: none.
    /// </summary>
    public IDictionary<string, IList<string>> Services { get; } = new Dictionary<string, IList<string>>(StringComparer.OrdinalIgnoreCase);

    /// <summary>The configuration that is kept on disk for a start without a control plane.</summary>
    public MeshSnapshotOptions Snapshot { get; } = new();

    /// <summary>Changes that are too big to be meant.</summary>
    public MeshGuardOptions Guard { get; } = new();
}
