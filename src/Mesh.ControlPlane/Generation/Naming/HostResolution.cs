using Mesh.ControlPlane.Registry;

namespace Mesh.ControlPlane.Generation.Naming;

/// <summary>Finds the service that a host names, if the client may see it.</summary>
internal static class HostResolution
{
    /// <summary>For a name as a client writes it, short, with namespace, full, or a virtual address; null when its Sidecar hides it.</summary>
    /// <param name="context">The client and the state.</param>
    /// <param name="host">Without port.</param>
    /// <param name="port">The port called; null when any will do.</param>
    public static ResolvedService? OfClient(GenerationContext context, string host, int? port)
    {
        bool IsSeen(Service service) => IsExported(context, service) && context.Scope.Imports(service, port);

        if (VirtualAddresses.Parse(host) is { } address)
        {
            return VirtualAddresses.Find(context.State.Registry, address, service => IsSeen(service) && (port is null || Has(service, port.Value)));
        }

        foreach (var candidate in ShortNames.OfClient(host, context.Client.DnsDomain))
        {
            if (Exact(context, candidate, IsSeen) is { } found)
            {
                return found;
            }
        }

        return Wildcard(context, host.TrimEnd('.').ToLowerInvariant(), IsSeen);
    }

    /// <summary>For the full name in the name of a route configuration: as <see cref="OfClient"/>.</summary>
    public static ResolvedService? OfRoutes(GenerationContext context, string host, int port) =>
        Find(context, host, service => IsExported(context, service) && context.Scope.Imports(service, port));

    /// <summary>For the full name in the name of a cluster: also what only routes lead to.</summary>
    public static ResolvedService? OfCluster(GenerationContext context, string host) =>
        Find(context, host, service => IsExported(context, service) && context.Scope.Reaches(service));

    /// <summary>For the full name of a destination, in the client's scope or not.</summary>
    public static ResolvedService? OfFullName(GenerationContext context, string host) =>
        Find(context, host, service => IsExported(context, service));

    /// <summary>Whether a service is exported to the client's namespace.</summary>
    public static bool IsExported(GenerationContext context, Service service) =>
        Visibility.IsExported(Visibility.Effective(service.ExportTo, context.Settings.ServiceExportTo), service.Namespace, context.Client.Namespace);

    private static ResolvedService? Find(GenerationContext context, string host, Func<Service, bool> isSeen) =>
        Exact(context, host, isSeen)
        ?? (VirtualAddresses.Parse(host) is { } address ? VirtualAddresses.Find(context.State.Registry, address, isSeen) : Wildcard(context, host, isSeen));

    private static ResolvedService? Exact(GenerationContext context, string host, Func<Service, bool> isSeen) =>
        !host.StartsWith('*') && Prefer(context, host, isSeen) is { } service ? new ResolvedService(service, host) : null;

    // A client means its own namespace's service; otherwise the oldest that it sees.
    private static Service? Prefer(GenerationContext context, string host, Func<Service, bool> isSeen)
    {
        var candidates = context.State.Registry.Candidates(host).Where(isSeen);
        return candidates.FirstOrDefault(service => service.Namespace == context.Client.Namespace) ?? candidates.FirstOrDefault();
    }

    private static ResolvedService? Wildcard(GenerationContext context, string host, Func<Service, bool> isSeen)
    {
        // The longest suffix first: the most specific wildcard wins.
        for (var dot = host.IndexOf('.', StringComparison.Ordinal); dot > 0; dot = host.IndexOf('.', dot + 1))
        {
            if (Prefer(context, "*" + host[dot..], isSeen) is { } service)
            {
                return new ResolvedService(service, host);
            }
        }

        return null;
    }

    private static bool Has(Service service, int port) => service.Ports.Any(own => own.Number == port);
}
