using Mesh.Client.AccessLogs.Formats;
using Mesh.Client.Model.Telemetry;

namespace Mesh.Client.Tracing;

/// <summary>Finds the value of a custom tag in one request (Telemetry <c>customTags</c>).</summary>
internal static class CustomTagValue
{
    private const int MaxLength = 4096;

    /// <summary>Null for no tag.</summary>
    /// <param name="tag">The tag.</param>
    /// <param name="environment">Of the variables that may leave the process.</param>
    /// <param name="values">Of the request.</param>
    public static string? Find<TValues>(CustomTag tag, Func<string, string?> environment, in TValues values)
        where TValues : struct, ILogValues => tag.Kind switch
        {
            CustomTagKind.Literal => tag.Source,
            CustomTagKind.Environment => environment(tag.Source) ?? Default(tag),
            CustomTagKind.Header => Write(new LogOperator(LogOperatorKind.RequestHeader, tag.Source), values) ?? Default(tag),
            _ => Format(tag.Source, values),
        };

    private static string? Default(CustomTag tag) => tag.Default.Length > 0 ? tag.Default : null;

    private static string? Write<TValues>(LogOperator part, in TValues values)
        where TValues : struct, ILogValues
    {
        var text = new LogText(MaxLength);
        return values.TryWrite(part, text) ? text.Span.ToString() : null;
    }

    private static string Format<TValues>(string format, in TValues values)
        where TValues : struct, ILogValues
    {
        var text = new LogText(MaxLength);
        new TextLogFormat(LogFormatParser.Parse(format, [])).Write(values, text);
        return text.Span.ToString();
    }
}
