using Mesh.Config.Istio.Networking;

namespace Mesh.ControlPlane.Generation.Scoping;

/// <summary>Lists where a VirtualService sends requests and connections to.</summary>
internal static class VirtualServiceDestinations
{
    /// <summary>As written.</summary>
    public static IEnumerable<string> HostsOf(VirtualService service) =>
        Http(service).Concat(Raw(service)).OfType<Destination>().Select(destination => destination.Host);

    private static IEnumerable<Destination?> Http(VirtualService service) =>
        service.Http.SelectMany(rule => rule.Route.Select(target => target.Destination)
            .Concat(rule.Mirrors.Select(mirror => mirror.Destination))
            .Append(rule.Mirror));

    private static IEnumerable<Destination?> Raw(VirtualService service) =>
        service.Tcp.SelectMany(rule => rule.Route)
            .Concat(service.Tls.SelectMany(rule => rule.Route))
            .Select(target => target.Destination);
}
