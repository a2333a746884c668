using System.Text.Json.Nodes;
using Mesh.Cli.Output;
using static Mesh.Cli.Commands.Clients.Resources.XdsFields;

namespace Mesh.Cli.Commands.Clients.Resources;

/// <summary>Route configurations as rows: one for each route.</summary>
internal static class RouteRows
{
    public static IEnumerable<JsonObject> Of(string name, JsonObject configuration)
    {
        var (direction, port, _, fqdn) = Split(name);
        foreach (var host in Items(configuration, "virtualHosts"))
        {
            foreach (var route in Items(host, "routes"))
            {
                yield return new JsonObject
                {
                    ["name"] = name,
                    ["vhost"] = JsonText.Of(host, "name"),
                    ["domains"] = Domains(host),
                    ["route"] = JsonText.Of(route, "name"),
                    ["match"] = Match(route["match"] as JsonObject ?? []),
                    ["destination"] = Destination(route),
                    ["origin"] = Origin(route),
                    ["rule"] = JsonText.Of(route, "metadata.filterMetadata.istio.rule"),
                    ["fqdn"] = fqdn,
                    ["port"] = port,
                    ["direction"] = direction,
                };
            }
        }
    }

    private static string Domains(JsonObject host)
    {
        var domains = Texts(host, "domains").ToArray();
        return domains.Length switch
        {
            0 => "",
            1 => domains[0],
            _ => $"{domains.MinBy(domain => domain.Length)} + {domains.Length - 1} more...",
        };
    }

    /// <summary>istioctl shows the path alone and marks what else must hold with a star; here it is said in words.</summary>
    private static string Match(JsonObject match)
    {
        var path = JsonText.Of(match, "prefix") is { Length: > 0 } prefix ? $"{prefix}*"
            : JsonText.Of(match, "pathSeparatedPrefix") is { Length: > 0 } separated ? $"PathPrefix:{separated}"
            : JsonText.Of(match, "path") is { Length: > 0 } exact ? exact
            : match["safeRegex"] is JsonObject regex ? $"regex {JsonText.Of(regex, "regex")}"
            : "/*";
        string[] parts =
        [
            path,
            .. Items(match, "headers").Select(header => $"{JsonText.Of(header, "name")}{(JsonText.Of(header, "invertMatch") == "yes" ? " not" : "")} {Value(header)}"),
            .. Items(match, "queryParameters").Select(parameter => $"?{JsonText.Of(parameter, "name")} {Value(parameter)}"),
        ];
        return string.Join(", ", parts.Select(part => part.TrimEnd()));
    }

    private static string Value(JsonObject condition) => (condition["stringMatch"] as JsonObject)?.FirstOrDefault() is { Value: { } value } found
        ? $"{(found.Key == "exact" ? "=" : found.Key == "safeRegex" ? "regex" : found.Key)} {(found.Value is JsonObject regex ? JsonText.Of(regex, "regex") : value)}"
        : condition["presentMatch"] is not null ? "present" : "";

    private static string Destination(JsonObject route)
    {
        if (route["redirect"] is JsonObject)
        {
            return "redirect";
        }

        if (route["directResponse"] is JsonObject direct)
        {
            return $"answer {JsonText.Of(direct, "status")}";
        }

        var weighted = Items(route["route"]?["weightedClusters"], "clusters").Select(item => $"{JsonText.Of(item, "name")} ({JsonText.Of(item, "weight")})").ToArray();
        return weighted.Length > 0 ? string.Join(", ", weighted) : JsonText.Of(route, "route.cluster");
    }
}
