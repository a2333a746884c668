using System.Net;
using Mesh.Client.Model;
using Wire = Mesh.Protocol.Extensions.Health;

namespace Mesh.Client.Xds.Decoders.Telemetry;

/// <summary>Decodes how a process is to find out whether it takes requests.</summary>
internal static class ReadinessProbeDecoder
{
    public static ReadinessProbePolicy? Decode(Wire.ReadinessProbe? message, DecodeErrors errors)
    {
        if (message is null)
        {
            return null;
        }

        var timeout = DurationDecoder.DecodePositive(message.Timeout, errors.In("timeout"));
        var period = DurationDecoder.DecodePositive(message.Period, errors.In("period"));
        var check = Check(message, errors);
        return check is null ? null : new ReadinessProbePolicy(check)
        {
            InitialDelay = message.InitialDelay is null ? TimeSpan.Zero : DurationDecoder.DecodeNonNegative(message.InitialDelay, errors.In("initial_delay")) ?? TimeSpan.Zero,
            Timeout = timeout ?? TimeSpan.FromSeconds(1),
            Period = period ?? TimeSpan.FromSeconds(10),
            SuccessThreshold = Math.Max(1, message.SuccessThreshold),
            FailureThreshold = Math.Max(1, message.FailureThreshold),
        };
    }

    private static ReadinessCheck? Check(Wire.ReadinessProbe message, DecodeErrors errors)
    {
        switch (message.CheckCase)
        {
            case Wire.ReadinessProbe.CheckOneofCase.Http:
                return Http(message.Http, errors.In("http"));
            case Wire.ReadinessProbe.CheckOneofCase.Tcp:
                return new TcpReadinessCheck(message.Tcp.Host, Port(message.Tcp.Port, errors.In("tcp")));
            case Wire.ReadinessProbe.CheckOneofCase.Grpc:
                return new GrpcReadinessCheck(Port(message.Grpc.Port, errors.In("grpc")), message.Grpc.Service);
            case Wire.ReadinessProbe.CheckOneofCase.Exec:
                return new RefusedReadinessCheck($"it would run '{string.Join(' ', message.Exec.Command)}', and a process runs no commands for a control plane; use httpGet, tcpSocket or grpc");
            default:
                errors.Add("expected http, tcp, grpc or exec, got none");
                return null;
        }
    }

    private static HttpReadinessCheck Http(Wire.HttpReadiness message, DecodeErrors errors)
    {
        if (!message.Path.StartsWith('/'))
        {
            errors.In("path").Add($"expected a path that begins with a slash, got '{message.Path}'");
        }

        return new HttpReadinessCheck(message.Host, Port(message.Port, errors), message.Path, message.Tls)
        {
            Headers = [.. message.Headers.Select(header => KeyValuePair.Create(header.Name, header.Value))],
        };
    }

    private static int Port(uint port, DecodeErrors errors)
    {
        if (port is 0 or > IPEndPoint.MaxPort)
        {
            errors.In("port").Add($"expected 1 to {IPEndPoint.MaxPort}, got {port}");
        }

        return (int)Math.Min(port, IPEndPoint.MaxPort);
    }
}
