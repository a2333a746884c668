using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Mesh.Client.Expressions;

namespace Mesh.Client.AccessLogs.Formats;

/// <summary>Takes Envoy's format strings apart: text, <c>%OPERATOR%</c>, <c>%OPERATOR(argument)%</c>, <c>%OPERATOR(argument):length%</c>, <c>%%</c>.</summary>
internal static class LogFormatParser
{
    /// <summary>Operators that have no value here write a hyphen, and are told.</summary>
    /// <param name="format">The format string.</param>
    /// <param name="unknown">Is given the operators that cannot be read.</param>
    public static ImmutableArray<LogOperator> Parse(string format, ICollection<string> unknown)
    {
        var operators = ImmutableArray.CreateBuilder<LogOperator>();
        var text = new StringBuilder();
        for (var index = 0; index < format.Length; index++)
        {
            if (format[index] != '%')
            {
                text.Append(format[index]);
            }
            else if (index + 1 < format.Length && format[index + 1] == '%')
            {
                text.Append(format[index++]);
            }
            else
            {
                var end = FindEnd(format, index + 1);
                if (text.Length > 0)
                {
                    operators.Add(new LogOperator(LogOperatorKind.Text, text.ToString()));
                    text.Clear();
                }

                operators.Add(ParseOperator(format[(index + 1)..Math.Min(end, format.Length)], end < format.Length, unknown));
                index = end;
            }
        }

        if (text.Length > 0)
        {
            operators.Add(new LogOperator(LogOperatorKind.Text, text.ToString()));
        }

        return operators.ToImmutable();
    }

    /// <summary>Times have percent signs of their own between the parentheses.</summary>
    private static int FindEnd(string format, int start)
    {
        var open = format.IndexOf('(', start);
        var percent = format.IndexOf('%', start);
        if (open >= 0 && (percent < 0 || open < percent))
        {
            var close = format.IndexOf(')', open);
            percent = close < 0 ? -1 : format.IndexOf('%', close);
        }

        return percent < 0 ? format.Length : percent;
    }

    private static LogOperator ParseOperator(string written, bool isClosed, ICollection<string> unknown)
    {
        var open = written.IndexOf('(', StringComparison.Ordinal);
        var close = written.LastIndexOf(')');
        var colon = written.IndexOf(':', close < 0 ? 0 : close);
        var name = open >= 0 ? written[..open] : colon >= 0 ? written[..colon] : written;
        if (!isClosed || (open >= 0 && close < open) || LogOperatorNames.Find(name) is not { } kind)
        {
            unknown.Add($"%{written}%");
            return new LogOperator(LogOperatorKind.Unavailable);
        }

        int? length = colon >= 0 && int.TryParse(written[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
        var argument = open >= 0 ? written[(open + 1)..close] : "";
        if (kind is LogOperatorKind.Cel)
        {
            return ParseExpression(argument, length, unknown);
        }

        var question = argument.IndexOf('?', StringComparison.Ordinal);
        return IsHeader(kind) && question >= 0
            ? new LogOperator(kind, argument[..question]) { Alternative = argument[(question + 1)..], MaxLength = length }
            : new LogOperator(kind, argument) { MaxLength = length };
    }

    private static LogOperator ParseExpression(string source, int? length, ICollection<string> unknown)
    {
        if (CelExpression.TryParse(source, out var reason) is { } expression)
        {
            return new LogOperator(LogOperatorKind.Cel, source) { Expression = expression, MaxLength = length };
        }

        unknown.Add($"%CEL({source})% ({reason})");
        return new LogOperator(LogOperatorKind.Unavailable);
    }

    private static bool IsHeader(LogOperatorKind kind) => kind is
        LogOperatorKind.RequestHeader or LogOperatorKind.RequestHeaderWithoutQuery or LogOperatorKind.ResponseHeader or LogOperatorKind.Trailer;
}
