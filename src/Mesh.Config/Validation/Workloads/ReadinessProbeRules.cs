using Mesh.Config.Istio.Networking;
using Mesh.Config.Validation.Rules;
using Method = Mesh.Config.Istio.Networking.ReadinessProbe.HealthCheckMethodOneofCase;

namespace Mesh.Config.Validation.Workloads;

/// <summary>How it is found out that a workload is ready.</summary>
internal static class ReadinessProbeRules
{
    public static void Check(FieldScope scope, ReadinessProbe probe)
    {
        ValueRules.NotNegative(scope.Field("initialDelaySeconds"), probe.InitialDelaySeconds);
        ValueRules.NotNegative(scope.Field("timeoutSeconds"), probe.TimeoutSeconds);
        ValueRules.NotNegative(scope.Field("periodSeconds"), probe.PeriodSeconds);
        ValueRules.NotNegative(scope.Field("successThreshold"), probe.SuccessThreshold);
        ValueRules.NotNegative(scope.Field("failureThreshold"), probe.FailureThreshold);
        switch (probe.HealthCheckMethodCase)
        {
            case Method.HttpGet:
                Http(scope.Field("httpGet"), probe.HttpGet);
                break;
            case Method.TcpSocket:
                ValueRules.Port(scope.Field("tcpSocket.port"), probe.TcpSocket.Port);
                break;
            case Method.Grpc:
                ValueRules.Port(scope.Field("grpc.port"), probe.Grpc.Port);
                break;
            case Method.Exec:
                var exec = scope.Field("exec");
                exec.Field("command").Require(probe.Exec.Command.Count > 0, "a command is required");
                exec.Each("command", probe.Exec.Command, static (item, part) => item.Require(part.Length > 0, "must not be empty"));
                break;
            default:
                scope.Error("the probe asks nobody: set httpGet, tcpSocket, grpc or exec");
                break;
        }
    }

    private static void Http(FieldScope scope, HTTPHealthCheckConfig http)
    {
        ValueRules.Port(scope.Field("port"), http.Port);
        ValueRules.OneOf(scope.Field("scheme"), http.Scheme, "", "HTTP", "HTTPS");
        scope.Each("httpHeaders", http.HttpHeaders, static (item, header) => item.Field("name").Require(
            HeaderRules.IsStrictName(header.Name), $"\"{header.Name}\" must be letters, digits, - and _"));
    }
}
