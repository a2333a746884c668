using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using Mesh.Config.Validation.Annotations;
using Mesh.ControlPlane.Generation.Naming;
using Mesh.ControlPlane.Generation.Policies;
using Mesh.ControlPlane.Registry;
using Mesh.Protocol.Envoy.Cluster;
using Mesh.Protocol.Envoy.Core;
using Mesh.Protocol.Envoy.Type;
using Annotated = Mesh.Config.Extensions.HealthCheck;
using HealthCheck = Mesh.Protocol.Envoy.Core.HealthCheck;
using ServicePort = Mesh.ControlPlane.Registry.ServicePort;

namespace Mesh.ControlPlane.Generation.Clusters;

/// <summary>Turns annotation <c>mesh.dev/health-check</c> into a cluster's health check; that of a DestinationRule goes before that of a ServiceEntry.</summary>
internal static class HealthCheckTranslator
{
    private const uint DefaultUnhealthyThreshold = 3;
    private const uint DefaultHealthyThreshold = 2;
    private static readonly Duration DefaultInterval = new() { Seconds = 10 };
    private static readonly Duration DefaultTimeout = new() { Seconds = 1 };

    public static void Apply(GenerationContext context, Cluster cluster, ResolvedService service, ServicePort port, EffectiveRule rule)
    {
        if ((rule.HealthCheck ?? service.Service.HealthCheck) is not { } check)
        {
            return;
        }

        if (!context.IsProxylessGrpc)
        {
            cluster.HealthChecks.Add(Translate(check, service.Host, port));
        }
        else if (rule.HealthCheck is not null && rule.Source is { } source)
        {
            context.Notices.LeftOut(source, HealthCheckAnnotation.Name, "gRPC's own clients check no health by xDS; mesh clients do");
        }
    }

    private static HealthCheck Translate(Annotated check, string host, ServicePort port)
    {
        var result = new HealthCheck
        {
            Interval = check.Interval ?? DefaultInterval,
            Timeout = check.Timeout ?? DefaultTimeout,
            UnhealthyThreshold = check.UnhealthyThreshold ?? DefaultUnhealthyThreshold,
            HealthyThreshold = check.HealthyThreshold ?? DefaultHealthyThreshold,
            InitialJitter = check.InitialJitter,
            IntervalJitter = check.IntervalJitter,
            NoTrafficInterval = check.NoTrafficInterval,
            UnhealthyInterval = check.UnhealthyInterval,
        };
        switch (check.CheckCase)
        {
            case Annotated.CheckOneofCase.Http:
                result.HttpHealthCheck = Http(check.Http, host, port);
                break;
            case Annotated.CheckOneofCase.Grpc:
                result.GrpcHealthCheck = new HealthCheck.Types.GrpcHealthCheck
                {
                    ServiceName = check.Grpc.Service,
                    Authority = check.Grpc.Authority.Length > 0 ? check.Grpc.Authority : host,
                };
                break;
            default:
                result.TcpHealthCheck = new HealthCheck.Types.TcpHealthCheck();
                break;
        }

        return result;
    }

    private static HealthCheck.Types.HttpHealthCheck Http(Annotated.Types.Http http, string host, ServicePort port)
    {
        var result = new HealthCheck.Types.HttpHealthCheck
        {
            Path = http.Path,
            Host = http.Host.Length > 0 ? http.Host : host,
            Method = http.Method.Length > 0 ? System.Enum.Parse<RequestMethod>(http.Method, ignoreCase: true) : RequestMethod.Get,
            CodecClientType = port.Protocol is ServiceProtocol.Http2 or ServiceProtocol.Grpc ? CodecClientType.Http2 : CodecClientType.Http1,
        };
        Add(result.ExpectedStatuses, http.ExpectedStatuses);
        Add(result.RetriableStatuses, http.RetriableStatuses);
        result.RequestHeadersToAdd.AddRange(http.Headers
            .OrderBy(header => header.Key, StringComparer.Ordinal)
            .Select(header => new HeaderValueOption { Header = new HeaderValue { Key = header.Key, Value = header.Value } }));
        return result;
    }

    private static void Add(RepeatedField<Int64Range> target, RepeatedField<Annotated.Types.Http.Types.Statuses> ranges) =>
        target.AddRange(ranges.Select(range => new Int64Range { Start = range.Start, End = range.End }));
}
