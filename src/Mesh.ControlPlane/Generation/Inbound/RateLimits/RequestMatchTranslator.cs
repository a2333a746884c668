using Mesh.ControlPlane.Generation.Routes;
using Mesh.Protocol.Extensions.RateLimit;
using SourceMatch = Mesh.Config.Extensions.RateLimit.Types.Match;

namespace Mesh.ControlPlane.Generation.Inbound.RateLimits;

/// <summary>Translates the conditions on requests of the mesh's own kinds.</summary>
internal static class RequestMatchTranslator
{
    /// <param name="source">The condition.</param>
    /// <param name="namespace">Of the resource, whose plans are meant.</param>
    public static Match Translate(SourceMatch source, string @namespace)
    {
        var match = new Match { Route = source.Route };
        if (source.Uri is { } uri)
        {
            match.Path = StringMatchTranslator.Translate(uri);
        }

        match.Methods.Add(source.Methods);
        match.Headers.Add(source.Headers
            .OrderBy(header => header.Key, StringComparer.Ordinal)
            .Select(header => HeaderMatchTranslator.Translate(header.Key, header.Value, ClientKind.MeshClient)));
        match.Hosts.Add(source.Hosts.Select(host => host.ToLowerInvariant()));
        match.Plans.Add(source.Plans.Select(plan => Qualify(@namespace, plan)));
        return match;
    }

    /// <summary>The name of a consumer or a plan, as it is known outside its namespace.</summary>
    public static string Qualify(string @namespace, string name) => $"{@namespace}/{name}";
}
