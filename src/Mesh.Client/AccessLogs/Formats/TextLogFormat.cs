using System.Collections.Immutable;

namespace Mesh.Client.AccessLogs.Formats;

/// <summary>A format string, compiled once; an operator without a value writes a hyphen.</summary>
internal sealed class TextLogFormat(ImmutableArray<LogOperator> operators) : ILogFormat
{
    /// <summary>Istio's default (<c>EnvoyTextLogFormat</c>).</summary>
    public const string Default =
        "[%START_TIME%] \"%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%\" %RESPONSE_CODE% %RESPONSE_FLAGS% "
        + "%RESPONSE_CODE_DETAILS% %CONNECTION_TERMINATION_DETAILS% \"%UPSTREAM_TRANSPORT_FAILURE_REASON%\" %BYTES_RECEIVED% %BYTES_SENT% "
        + "%DURATION% %RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)% \"%REQ(X-FORWARDED-FOR)%\" \"%REQ(USER-AGENT)%\" \"%REQ(X-REQUEST-ID)%\" "
        + "\"%REQ(:AUTHORITY)%\" \"%UPSTREAM_HOST%\" %UPSTREAM_CLUSTER_RAW% %UPSTREAM_LOCAL_ADDRESS% %DOWNSTREAM_LOCAL_ADDRESS% "
        + "%DOWNSTREAM_REMOTE_ADDRESS% %REQUESTED_SERVER_NAME% %ROUTE_NAME%\n";

    private const char Absent = '-';

    public void Write<TValues>(in TValues values, LogText text)
        where TValues : struct, ILogValues
    {
        foreach (var part in operators)
        {
            if (part.Kind is LogOperatorKind.Text)
            {
                text.Append(part.Argument);
                continue;
            }

            var start = text.Length;
            if (!values.TryWrite(part, text))
            {
                text.Append(Absent);
            }
            else if (part.MaxLength is { } length)
            {
                text.Cut(start, length);
            }
        }
    }
}
