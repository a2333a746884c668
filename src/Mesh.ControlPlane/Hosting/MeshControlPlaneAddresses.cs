namespace Mesh.ControlPlane;

/// <summary>Where a hosted control plane listens; the ports are known once the host has started.</summary>
public sealed class MeshControlPlaneAddresses
{
    private volatile Uri? _xds;
    private volatile Uri? _http;

    internal MeshControlPlaneAddresses()
    {
    }

    /// <summary>The address of xDS, such as <c>http://127.0.0.1:15010</c>: the value for <c>Mesh:ControlPlane</c> of other processes.</summary>
    /// <exception cref="InvalidOperationException">The host has not started yet.</exception>
    public Uri XdsAddress
    {
        get => _xds ?? throw NotStarted();
        internal set => _xds = value;
    }

    /// <summary>The address of health, version and debug pages, such as <c>http://127.0.0.1:15014</c>.</summary>
    /// <exception cref="InvalidOperationException">The host has not started yet.</exception>
    public Uri HttpAddress
    {
        get => _http ?? throw NotStarted();
        internal set => _http = value;
    }

    private static InvalidOperationException NotStarted() =>
        new("The control plane does not listen yet: read its addresses after the host has started.");
}
