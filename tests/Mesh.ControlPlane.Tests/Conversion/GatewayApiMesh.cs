using Google.Protobuf.Collections;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mesh.Config;
using Mesh.Config.Istio.Networking;
using Mesh.ControlPlane.Conversion;
using Mesh.ControlPlane.Conversion.References;
using Mesh.ControlPlane.Conversion.Statuses;
using Mesh.ControlPlane.Registry;
using Mesh.ControlPlane.Stores;
using Mesh.Testing.Time;

namespace Mesh.ControlPlane.Tests.Conversion;

/// <summary>A configuration with Gateway API objects, what it converts to, and what becomes of a request by the rules of VirtualServices.</summary>
internal sealed class GatewayApiMesh
{
    private const string Domain = "cluster.local";

    private readonly FakeTimeProvider _time = new();
    private readonly MemoryConfigStore _store;

    public GatewayApiMesh(params string[] yaml)
    {
        _store = new MemoryConfigStore(_time);
        foreach (var text in yaml)
        {
            Apply(text);
        }
    }

    public MemoryConfigStore Store => _store;

    public ConvertedConfig Converted
    {
        get
        {
            var services = new RegistryBuilder(Domain).Build(1, _store.Current, []).Services;
            return GatewayApiConversion.Convert(_store.Current, Domain, services.ContainsKey);
        }
    }

    public IEnumerable<Resource> Services => Converted.Resources.Where(resource => resource.Spec is VirtualService);

    public IEnumerable<Resource> Listeners => Converted.Resources.Where(resource => resource.Spec is Gateway);

    /// <summary>What is applied later is younger.</summary>
    public GatewayApiMesh Apply(string yaml)
    {
        _time.Advance(TimeSpan.FromSeconds(1));
        var read = _store.Apply(yaml);
        Assert.DoesNotContain(read.Findings, finding => finding.Severity == FindingSeverity.Error);
        return this;
    }

    public JsonNode Status(string kind, string name, string @namespace = "default") =>
        Converted.Statuses[new ResourceId(ResourceKinds.GatewayApiGroup, kind, kind == "GatewayClass" ? "" : @namespace, name)];

    /// <summary>A condition as <c>False/BackendNotFound</c>.</summary>
    public static string Condition(JsonNode entry, string type) =>
        entry["conditions"]!.AsArray().Single(condition => (string)condition!["type"]! == type) is { } found ? $"{found["status"]}/{found["reason"]}" : "";

    public string RouteCondition(string type, string name = "route", string kind = "HTTPRoute", string @namespace = "default") =>
        Condition(Assert.Single(Status(kind, name, @namespace)["parents"]!.AsArray())!, type);

    public string ListenerCondition(string listener, string type, string gateway = "gateway") =>
        Condition(ListenerStatus(listener, gateway), type);

    public JsonNode ListenerStatus(string listener, string gateway = "gateway") =>
        Status("Gateway", gateway)["listeners"]!.AsArray().Single(entry => (string)entry!["name"]! == listener)!;

    /// <summary>What a gateway does with a request: <c>backend:port</c>, several with weights, <c>redirect ...</c>, a status, or <c>404</c>.</summary>
    public string Send(TestRequest request, int port = 80)
    {
        var listeners = Listeners.Where(listener => ((Gateway)listener.Spec!).Servers[0].Port.Number == port).Select(listener => $"{listener.Id.Namespace}/{listener.Id.Name}").ToHashSet();
        var bound = Services.Where(service => ((VirtualService)service.Spec!).Gateways.Any(listeners.Contains));
        return Follow(Find(bound, request.Host), request);
    }

    public string Send(string host, string path, string headers = "", string method = "GET", int port = 80) => Send(new TestRequest(host, path, headers, method), port);

    /// <summary>What a client in the mesh does with a request to a service.</summary>
    public string Call(string host, int port, TestRequest request, string @namespace = "default")
    {
        var own = Services.Where(service => ((VirtualService)service.Spec!).Gateways.Contains("mesh") && ((VirtualService)service.Spec!).Hosts.Contains(host));
        var seen = own.Where(service => ((VirtualService)service.Spec!).ExportTo[0] == "*" || service.Id.Namespace == @namespace)
            .OrderBy(service => ((VirtualService)service.Spec!).ExportTo[0] == "*");
        var rules = (VirtualService?)seen.FirstOrDefault()?.Spec;
        var here = rules?.Http.Where(rule => rule.Match.Count == 0 || rule.Match[0].Port == 0 || rule.Match[0].Port == port).ToArray() ?? [];
        return here.Length == 0 ? "default" : Follow(here, request);
    }

    public HTTPRoute? Rule(TestRequest request, int port = 80)
    {
        var listeners = Listeners.Where(listener => ((Gateway)listener.Spec!).Servers[0].Port.Number == port).Select(listener => $"{listener.Id.Namespace}/{listener.Id.Name}").ToHashSet();
        return Find(Services.Where(service => ((VirtualService)service.Spec!).Gateways.Any(listeners.Contains)), request.Host).FirstOrDefault(rule => Holds(rule, request));
    }

    /// <summary>The object as the status writer leaves it.</summary>
    public JsonElement Written(string kind, string name)
    {
        var id = new ResourceId(ResourceKinds.GatewayApiGroup, kind, "default", name);
        return StatusDocument.Apply(_store.Current.Resources[id].Document, Converted.Statuses[id], _time.GetUtcNow())!.Value;
    }

    private static RepeatedField<HTTPRoute> Find(IEnumerable<Resource> services, string host) => services
        .Select(service => (VirtualService)service.Spec!)
        .Where(service => Hostnames.IsWithin(host, service.Hosts[0]))
        .OrderByDescending(service => service.Hosts[0] == host)
        .ThenByDescending(service => service.Hosts[0].Length)
        .FirstOrDefault()?.Http ?? [];

    private static string Follow(IReadOnlyList<HTTPRoute> rules, TestRequest request) =>
        rules.FirstOrDefault(rule => Holds(rule, request)) switch
        {
            null => "404",
            { DirectResponse: { } answer } => answer.Status.ToString(CultureInfo.InvariantCulture),
            { Redirect: { } redirect } => $"redirect {redirect.RedirectCode} {redirect.Scheme}://{redirect.Authority}{redirect.Uri}{redirect.PrefixRewrite}",
            { Route: [var only] } => Name(only.Destination),
            { Route: var several } => string.Join(' ', several.Select(target => $"{Name(target.Destination)}={target.Weight}")),
        };

    private static string Name(Destination destination) =>
        destination.Host == "backend.invalid" ? "500" : $"{destination.Host.Replace(".default.svc.cluster.local", "", StringComparison.Ordinal).Replace(".svc.cluster.local", "", StringComparison.Ordinal)}:{destination.Port.Number}";

    private static bool Holds(HTTPRoute rule, TestRequest request) => rule.Match.Count == 0 || rule.Match.Any(match =>
        HoldsPath(match.Uri, request.Path)
        && (match.Method is null || match.Method.Exact == request.Method)
        && match.Headers.All(header => request.Headers.TryGetValue(header.Key, out var value) && HoldsText(header.Value, value))
        && match.QueryParams.All(parameter => request.Query.TryGetValue(parameter.Key, out var value) && HoldsText(parameter.Value, value)));

    private static bool HoldsPath(StringMatch? match, string path) =>
        match is null || (match.HasPrefix
            ? match.Prefix == "/" || path == match.Prefix || path.StartsWith(match.Prefix.TrimEnd('/') + "/", StringComparison.Ordinal)
            : HoldsText(match, path));

    private static bool HoldsText(StringMatch match, string text) =>
        match.HasRegex ? System.Text.RegularExpressions.Regex.IsMatch(text, $"^(?:{match.Regex})$", System.Text.RegularExpressions.RegexOptions.NonBacktracking) : match.Exact == text;
}
