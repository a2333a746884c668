using Mesh.Client.Expressions;

namespace Mesh.Client.AccessLogs.Formats;

/// <summary>A piece of an access log format.</summary>
/// <param name="Kind">What it stands for.</param>
/// <param name="Argument">The text itself, or what stands in the operator's parentheses.</param>
internal sealed record LogOperator(LogOperatorKind Kind, string Argument = "")
{
    /// <summary>The header that is read where the first is absent: <c>%REQ(first?second)%</c>.</summary>
    public string? Alternative { get; init; }

    /// <summary>Longer values are cut: <c>%REQ(name):length%</c>.</summary>
    public int? MaxLength { get; init; }

    /// <summary>Of <c>%CEL(expression)%</c>.</summary>
    public CelExpression? Expression { get; init; }

    /// <summary>Whether JSON has it as a number.</summary>
    public bool IsNumber => Kind is
        LogOperatorKind.ResponseCode or LogOperatorKind.BytesReceived or LogOperatorKind.BytesSent or LogOperatorKind.Duration or LogOperatorKind.ResponseDuration
        or LogOperatorKind.ResponseTxDuration or LogOperatorKind.UpstreamRequestAttemptCount or LogOperatorKind.UpstreamRemotePort or LogOperatorKind.DownstreamRemotePort
        or LogOperatorKind.DownstreamLocalPort or LogOperatorKind.GrpcStatusNumber or LogOperatorKind.ProcessId or LogOperatorKind.Retransmitted
        || (Kind is LogOperatorKind.GrpcStatus && Argument == "NUMBER");
}
