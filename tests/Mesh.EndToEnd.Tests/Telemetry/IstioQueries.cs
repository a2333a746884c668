namespace Mesh.EndToEnd.Tests.Telemetry;

/// <summary>What Istio's users ask Prometheus: its task "Querying Metrics from Prometheus", its Grafana dashboards (mesh, service, workload) with their variables filled in, and Kiali's graph.</summary>
internal static class IstioQueries
{
    private const string Service = "reporter=~\"destination|source\",destination_service=~\"reviews.default.svc.cluster.local\"";
    private const string Client = Service + ",source_workload=~\"productpage-v1\",source_workload_namespace=~\"default\"";
    private const string Workload = "reporter=~\"destination|source\",destination_workload_namespace=~\"default\",destination_workload=~\"details-v1\"";

    public static readonly string[] All =
    [
        // The task.
        "istio_requests_total",
        "istio_requests_total{destination_service=\"productpage.default.svc.cluster.local\"}",
        "istio_requests_total{destination_service=\"reviews.default.svc.cluster.local\", destination_version=\"v3\"}",
        "rate(istio_requests_total{destination_service=~\"productpage.*\", response_code=\"200\"}[5m])",

        // Mesh dashboard.
        "round(sum(irate(istio_requests_total{reporter=\"source\"}[1m])), 0.001)",
        "sum(rate(istio_requests_total{reporter=~\"source|waypoint\", response_code!~\"5.*\"}[1m])) / sum(rate(istio_requests_total{reporter=~\"source|waypoint\"}[1m]))",
        "label_join(sum(rate(istio_requests_total{reporter=\"source\", response_code=\"200\"}[1m])) by (destination_workload, destination_workload_namespace, destination_service), \"destination_workload_var\", \".\", \"destination_workload\", \"destination_workload_namespace\")",
        "label_join(histogram_quantile(0.99, sum(rate(istio_request_duration_milliseconds_bucket{reporter=\"source\"}[1m])) by (le, destination_workload, destination_workload_namespace)), \"destination_workload_var\", \".\", \"destination_workload\", \"destination_workload_namespace\")",

        // Service dashboard.
        $"round(sum(irate(istio_requests_total{{{Service}}}[5m])), 0.001)",
        $"sum(irate(istio_requests_total{{{Service},response_code!~\"5.*\"}}[5m])) / sum(irate(istio_requests_total{{{Service}}}[5m]))",
        $"histogram_quantile(0.50, sum(irate(istio_request_duration_milliseconds_bucket{{{Service}}}[1m])) by (le))",
        $"(histogram_quantile(0.90, sum(irate(istio_request_duration_milliseconds_bucket{{connection_security_policy=\"mutual_tls\",{Client}}}[1m])) by (source_workload, source_workload_namespace, le)) / 1000)",
        $"histogram_quantile(0.95, sum(irate(istio_request_bytes_bucket{{connection_security_policy=\"mutual_tls\",{Client}}}[1m])) by (source_workload, source_workload_namespace, le))",
        $"histogram_quantile(0.99, sum(irate(istio_response_bytes_bucket{{connection_security_policy!=\"mutual_tls\",{Client}}}[1m])) by (source_workload, source_workload_namespace, le))",
        $"round(sum(irate(istio_requests_total{{connection_security_policy=\"mutual_tls\",{Service}}}[5m])) by (destination_workload, destination_workload_namespace, response_code), 0.001)",

        // Workload dashboard.
        $"round(sum(irate(istio_requests_total{{connection_security_policy=\"mutual_tls\",{Workload}}}[5m])) by (source_workload, source_workload_namespace, response_code), 0.001)",
        $"histogram_quantile(0.99, sum(irate(istio_request_duration_milliseconds_bucket{{{Workload}}}[1m])) by (le))",
        "round(sum(irate(istio_requests_total{connection_security_policy!=\"mutual_tls\", source_workload_namespace=~\"default\", source_workload=~\"productpage-v1\", reporter=\"source\", destination_service=~\".*\"}[5m])) by (destination_service, response_code), 0.001)",

        // The variables of the dashboards.
        "sum(istio_requests_total{reporter=~\"destination|source\"}) by (destination_service) or sum(istio_tcp_sent_bytes_total) by (destination_service)",
        "sum(istio_requests_total) by (destination_workload, destination_workload_namespace)",

        // Kiali.
        "sum(rate(istio_requests_total{reporter=~\"source|waypoint\",source_workload_namespace!=\"default\",destination_service_namespace=\"default\"}[60s])) by (source_workload) or "
        + "sum(rate(istio_requests_total{reporter=~\"source|waypoint\",source_workload_namespace=\"default\"}[60s])) by (source_cluster,source_workload_namespace,source_workload,source_canonical_service,source_canonical_revision,"
        + "destination_cluster,destination_service_namespace,destination_service,destination_service_name,destination_workload_namespace,destination_workload,destination_canonical_service,destination_canonical_revision,"
        + "request_protocol,response_code,grpc_response_status,response_flags)",
    ];
}
