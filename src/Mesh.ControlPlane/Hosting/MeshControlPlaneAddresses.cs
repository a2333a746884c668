namespace Mesh.ControlPlane;

/// <summary>Where a hosted control plane listens; the ports are known once the host has started.</summary>
public sealed class MeshControlPlaneAddresses
{
    private volatile Uri? _xds;
    private volatile Uri? _secure;
    private volatile Uri? _http;
    private volatile bool _started;

    internal MeshControlPlaneAddresses()
    {
    }

    /// <summary>The address of xDS in plaintext, such as <c>http://127.0.0.1:15010</c>: a value for <c>Mesh:ControlPlane</c> of processes on this machine.</summary>
    /// <exception cref="InvalidOperationException">The host has not started yet, or the plaintext port is off.</exception>
    public Uri XdsAddress
    {
        get => _xds ?? throw (_started ? new InvalidOperationException("The plaintext port is off; use SecureAddress.") : NotStarted());
    }

    /// <summary>The address of xDS and the certificate authority over TLS, such as <c>https://127.0.0.1:15012</c>: the value for <c>Mesh:ControlPlane</c> of processes with an identity.</summary>
    /// <exception cref="InvalidOperationException">The host has not started yet.</exception>
    public Uri SecureAddress
    {
        get => _secure ?? throw NotStarted();
    }

    /// <summary>The address of health, version and debug pages, such as <c>http://127.0.0.1:15014</c>.</summary>
    /// <exception cref="InvalidOperationException">The host has not started yet.</exception>
    public Uri HttpAddress
    {
        get => _http ?? throw NotStarted();
    }

    /// <summary>Null when the plaintext port is off.</summary>
    internal Uri? Plaintext => _xds;

    internal void Publish(Uri? xds, Uri secure, Uri http)
    {
        (_xds, _secure, _http) = (xds, secure, http);
        _started = true;
    }

    private static InvalidOperationException NotStarted() =>
        new("The control plane does not listen yet: read its addresses after the host has started.");
}
