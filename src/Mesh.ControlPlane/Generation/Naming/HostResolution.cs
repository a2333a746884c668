using Mesh.ControlPlane.Registry;

namespace Mesh.ControlPlane.Generation.Naming;

/// <summary>Finds the service that a host names, if the client may see it.</summary>
internal static class HostResolution
{
    /// <summary>For a name as a client writes it: short, with namespace, or full.</summary>
    public static ResolvedService? OfClient(GenerationContext context, string host)
    {
        foreach (var candidate in ShortNames.OfClient(host, context.Client.DnsDomain))
        {
            if (Exact(context, candidate) is { } found)
            {
                return found;
            }
        }

        return Wildcard(context, host.TrimEnd('.').ToLowerInvariant());
    }

    /// <summary>For a full name, as it stands in a generated name or a destination.</summary>
    public static ResolvedService? OfFullName(GenerationContext context, string host) =>
        Exact(context, host) ?? Wildcard(context, host);

    private static ResolvedService? Exact(GenerationContext context, string host) =>
        !host.StartsWith('*') && context.State.Registry.Services.TryGetValue(host, out var service) && IsVisible(context, service)
            ? new ResolvedService(service, host)
            : null;

    private static ResolvedService? Wildcard(GenerationContext context, string host)
    {
        // The longest suffix first: the most specific wildcard wins.
        for (var dot = host.IndexOf('.', StringComparison.Ordinal); dot > 0; dot = host.IndexOf('.', dot + 1))
        {
            if (context.State.Registry.Services.TryGetValue("*" + host[dot..], out var service) && IsVisible(context, service))
            {
                return new ResolvedService(service, host);
            }
        }

        return null;
    }

    private static bool IsVisible(GenerationContext context, Service service) =>
        Visibility.IsExported(service.ExportTo, service.Namespace, context.Client.Namespace);
}
