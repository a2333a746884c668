namespace Bookinfo.Ratings;

/// <summary>Writes one line a request.</summary>
internal sealed partial class RequestLog(RequestDelegate next, ILogger<RequestLog> logger)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (logger.IsEnabled(LogLevel.Information))
        {
            RequestReceived(logger, context.Request.Method, context.Request.Path.Value ?? "/");
        }

        return next(context);
    }

    [LoggerMessage(EventId = 2, EventName = "RequestReceived", Level = LogLevel.Information, Message = "{Method} {Path}")]
    private static partial void RequestReceived(ILogger logger, string method, string path);
}
