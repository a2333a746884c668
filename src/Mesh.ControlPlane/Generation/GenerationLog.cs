using Mesh.Config;

namespace Mesh.ControlPlane.Generation;

/// <summary>What generation tells the operator.</summary>
internal static partial class GenerationLog
{
    [LoggerMessage(EventId = 8550, EventName = "FieldLeftOut", Level = LogLevel.Information,
        Message = "{Resource} uses {What}: {Consequence}")]
    public static partial void LeftOut(ILogger logger, ResourceId resource, string what, string consequence);
}
