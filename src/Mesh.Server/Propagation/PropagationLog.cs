using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Mesh.Server.Propagation;

/// <summary>Messages about what flows from a request to the calls made for it.</summary>
internal static partial class PropagationLog
{
    [LoggerMessage(EventId = 9200, EventName = "RequestTimeIsOver", Level = LogLevel.Debug, Message = "The time that the caller gave {Path} is over; answered 504")]
    public static partial void TimeIsOver(ILogger logger, PathString path, Exception exception);
}
