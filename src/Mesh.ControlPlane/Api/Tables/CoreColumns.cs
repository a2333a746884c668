using System.Text.Json;
using Mesh.Config;
using static Mesh.ControlPlane.Api.Tables.JsonCells;

namespace Mesh.ControlPlane.Api.Tables;

/// <summary>What Kubernetes prints of its own kinds that hold configuration and addresses.</summary>
internal static class CoreColumns
{
    /// <summary>The columns after the name; null for a kind of somebody else.</summary>
    public static IEnumerable<TableColumn>? Of(ResourceKind kind) => (kind.Group, kind.Kind) switch
    {
        ("", "Namespace") => [new("Status", (item, _) => item.Document.At("status", "phase").Text("Active")), TableColumns.Age],
        ("", "Service") => Service,
        ("", "ServiceAccount") => [new("Secrets", (item, _) => item.Document.At("secrets").Count(), "string"), TableColumns.Age],
        ("", "Secret") =>
        [
            new("Type", (item, _) => item.Document.At("type").Text("Opaque")),
            new("Data", (item, _) => item.Document.At("data").Count() + item.Document.At("stringData").Count(), "string"),
            TableColumns.Age,
        ],
        ("", "ConfigMap") => [new("Data", (item, _) => item.Document.At("data").Count() + item.Document.At("binaryData").Count(), "string"), TableColumns.Age],
        ("", "Event") => Event,
        ("discovery.k8s.io", "EndpointSlice") => EndpointSlice,
        ("networking.k8s.io", "Ingress") => Ingress,
        ("apiextensions.k8s.io", "CustomResourceDefinition") =>
        [
            new("Created At", (item, _) => Objects.Rendering.ObjectJson.Time(item.CreationTimestamp), "date"),
        ],
        _ => null,
    };

    private static readonly TableColumn[] Service =
    [
        new("Type", (item, _) => item.Document.At("spec", "type").Text("ClusterIP")),
        new("Cluster-IP", (item, _) => item.Document.At("spec", "clusterIP").Text(None)),
        new("External-IP", (item, _) => ExternalAddress(item.Document)),
        new("Port(s)", (item, _) => item.Document.At("spec", "ports").Items().Select(ServicePort).Joined()),
        TableColumns.Age,
        new("Selector", (item, _) => item.Document.At("spec", "selector").Selector(), Priority: 1),
    ];

    private static readonly TableColumn[] Event =
    [
        new("Last Seen", (item, now) => Age.Of(item.CreationTimestamp, now)),
        new("Type", (item, _) => item.Document.At("type").Text()),
        new("Reason", (item, _) => item.Document.At("reason").Text()),
        new("Object", (item, _) => $"{item.Document.At("involvedObject", "kind").Text()}/{item.Document.At("involvedObject", "name").Text()}"),
        new("Message", (item, _) => item.Document.At("message").Text()),
    ];

    private static readonly TableColumn[] EndpointSlice =
    [
        new("AddressType", (item, _) => item.Document.At("addressType").Text()),
        new("Ports", (item, _) => item.Document.At("ports").Items().Select(port => port.At("port").Text()).Joined()),
        new("Endpoints", (item, _) => Few(item.Document.At("endpoints").Items().SelectMany(endpoint => endpoint.At("addresses").Items()).Select(address => address.Text()).ToArray())),
        TableColumns.Age,
    ];

    private static readonly TableColumn[] Ingress =
    [
        new("Class", (item, _) => item.Document.At("spec", "ingressClassName").Text(None)),
        new("Hosts", (item, _) => Hosts(item.Document.At("spec", "rules"))),
        new("Address", (item, _) => string.Join(',', Addresses(item.Document))),
        new("Ports", (item, _) => item.Document.At("spec", "tls").Count() > 0 ? "80, 443" : "80"),
        TableColumns.Age,
    ];

    private static string ServicePort(JsonElement port)
    {
        var node = port.At("nodePort").Number();
        return $"{port.At("port").Text()}{(node > 0 ? $":{node}" : "")}/{port.At("protocol").Text("TCP")}";
    }

    private static string ExternalAddress(JsonElement service)
    {
        var own = service.At("spec", "externalIPs").Items().Select(address => address.Text()).ToArray();
        return service.At("spec", "type").Text() switch
        {
            "ExternalName" => service.At("spec", "externalName").Text(),
            "LoadBalancer" => Addresses(service).Concat(own).ToArray() is { Length: > 0 } all ? string.Join(',', all) : "<pending>",
            _ => own.Joined(),
        };
    }

    private static IEnumerable<string> Addresses(JsonElement value) => value.At("status", "loadBalancer", "ingress").Items()
        .Select(address => address.At("ip").Text(address.At("hostname").Text()))
        .Where(text => text.Length > 0);

    private static string Hosts(JsonElement rules)
    {
        var hosts = rules.Items().Select(rule => rule.At("host").Text("*")).ToArray();
        return hosts.Length == 0 ? "*" : Few(hosts);
    }

    private static string Few(string[] values)
    {
        const int Shown = 3;
        return values.Length > Shown ? $"{string.Join(',', values.Take(Shown))} + {values.Length - Shown} more..." : values.Joined();
    }
}
