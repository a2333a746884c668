namespace Mesh.Client.AccessLogs.Formats;

/// <summary>The names of gRPC's statuses as Envoy logs them.</summary>
internal static class GrpcStatusNames
{
    private static readonly string[] Camel =
    [
        "OK", "Canceled", "Unknown", "InvalidArgument", "DeadlineExceeded", "NotFound", "AlreadyExists", "PermissionDenied", "ResourceExhausted",
        "FailedPrecondition", "Aborted", "OutOfRange", "Unimplemented", "Internal", "Unavailable", "DataLoss", "Unauthenticated",
    ];

    private static readonly string[] Snake =
    [
        "OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED",
        "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED",
    ];

    /// <summary>Such as <c>DEADLINE_EXCEEDED</c>; null for a number that is none.</summary>
    public static string? SnakeOf(int status) => status >= 0 && status < Snake.Length ? Snake[status] : null;

    /// <param name="status">The number; negative when it is not known.</param>
    /// <param name="style"><c>CAMEL_STRING</c> (the default), <c>SNAKE_STRING</c> or <c>NUMBER</c>.</param>
    /// <param name="text">Is given the name.</param>
    public static bool TryWrite(int status, string style, LogText text)
    {
        if (status < 0)
        {
            return false;
        }

        if (style == "NUMBER" || status >= Camel.Length)
        {
            text.Append(status);
        }
        else
        {
            text.Append((style == "SNAKE_STRING" ? Snake : Camel)[status]);
        }

        return true;
    }
}
