using Mesh.Config;
using Mesh.Config.Istio.Networking;
using Mesh.Config.Kubernetes.GatewayApi;

namespace Mesh.ControlPlane.Conversion.References;

/// <summary>Finds where a <c>backendRef</c> leads to.</summary>
internal sealed class BackendResolver(GatewayApiObjects objects, ReferenceGrants grants)
{
    /// <summary>Leads nowhere, for a share of requests that must fail (RFC 6761 keeps the domain free).</summary>
    private const string NoHost = "backend.invalid";

    private const uint NoPort = 65535;

    public static Destination Nowhere() => new() { Host = NoHost, Port = new PortSelector { Number = NoPort } };

    /// <param name="backend">The reference.</param>
    /// <param name="from">Group, kind and namespace of the route.</param>
    /// <param name="isMesh">Inside the mesh the caller's own rights decide, as without a route (istiod asks for no grant).</param>
    public (Destination Destination, ConversionProblem? Problem) Resolve(BackendObjectReference backend, (string Group, string Kind, string Namespace) from, bool isMesh)
    {
        var @namespace = backend.Namespace.Length > 0 ? backend.Namespace : from.Namespace;
        if (HostOf(backend, @namespace) is not { } host)
        {
            return (Nowhere(), new ConversionProblem("InvalidKind", $"backendRef {backend.Name}: group \"{backend.Group}\" kind \"{backend.Kind}\" is not supported; use a Service"));
        }

        if (!isMesh && !grants.Allow(from, backend.Group, backend.Kind, @namespace, backend.Name))
        {
            var message = $"backendRef {@namespace}/{backend.Name} is not accessible to a {from.Kind} in namespace {from.Namespace}: a ReferenceGrant in {@namespace} must allow it";
            return (Nowhere(), new ConversionProblem("RefNotPermitted", message));
        }

        if (!backend.HasPort)
        {
            return (Nowhere(), new ConversionProblem("UnsupportedValue", $"backendRef {@namespace}/{backend.Name} needs a port"));
        }

        // The host stays: what is not known here may be known to who generates, and fails with 500 if it is not.
        var destination = new Destination { Host = host, Port = new PortSelector { Number = (uint)backend.Port } };
        return (destination, objects.IsKnown(host) ? null : new ConversionProblem("BackendNotFound", $"backend {host} was not found"));
    }

    private string? HostOf(BackendObjectReference backend, string @namespace) => (backend.Group, backend.Kind) switch
    {
        ("", "Service") => objects.HostOf(@namespace, backend.Name),
        (ResourceKinds.NetworkingGroup, "Hostname") => backend.Name.ToLowerInvariant(),
        _ => null,
    };
}
