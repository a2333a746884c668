namespace Mesh.EndToEnd.Tests.Gateways;

/// <summary>Resources that several tests of the gateway share.</summary>
internal static class GatewayResources
{
    public const string Service = """
        apiVersion: v1
        kind: Service
        metadata: {name: shop}
        spec:
          selector: {app: shop}
          ports: [{name: http, port: 8000}]
        ---
        """;

    public const string Gateway = """

        apiVersion: networking.istio.io/v1
        kind: Gateway
        metadata: {name: edge}
        spec:
          selector: {istio: ingressgateway}
          servers:
          - port: {number: 8080, name: http, protocol: HTTP}
            hosts: ["*"]
        ---
        """;

    public const string Rules = """

        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: shop}
        spec:
          hosts: ["*"]
          gateways: [edge]
          http:
          - match: [{uri: {prefix: /shop}}]
            route: [{destination: {host: shop}}]

        """;

    public const string All = Service + Gateway + Rules;
}
