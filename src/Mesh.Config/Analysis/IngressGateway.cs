namespace Mesh.Config.Analysis;

/// <summary>The ingress gateway that an installation brings, so that files which speak of it need not hold it.</summary>
internal static class IngressGateway
{
    /// <summary>Its pod and its Service, as istioctl assumes them.</summary>
    public static string Text(MeshSettings settings) =>
        $$"""
        apiVersion: v1
        kind: Pod
        metadata:
          name: {{settings.IngressService}}-dummypod
          namespace: istio-system
          labels: {istio: ingressgateway}
        spec:
          containers: [{name: istio-proxy}]
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: {{settings.IngressService}}, namespace: istio-system}
        spec:
          ports:
          - {name: http2, port: 80, targetPort: 80, protocol: TCP, nodePort: 31380}
          - {name: https, port: 443, targetPort: 443, protocol: TCP, nodePort: 31390}
          - {name: tcp, port: 31400, targetPort: 31400, protocol: TCP, nodePort: 31400}
          - {name: tls, port: 15443, targetPort: 15443, protocol: TCP, nodePort: 31447}
          selector: {istio: ingressgateway}
        """;
}
