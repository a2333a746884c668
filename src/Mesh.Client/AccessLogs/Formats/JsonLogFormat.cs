using System.Buffers;
using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json.Nodes;

namespace Mesh.Client.AccessLogs.Formats;

/// <summary>A JSON object a line: a field that is one operator has its value, with its type, and null without one; other fields are texts (Envoy's <c>json_format</c>).</summary>
internal sealed class JsonLogFormat : ILogFormat
{
    /// <summary>What stands for itself in a JSON text.</summary>
    private static readonly SearchValues<char> Plain =
        SearchValues.Create([.. Enumerable.Range(' ', '~' - ' ' + 1).Select(static code => (char)code).Where(static character => character is not ('"' or '\\'))]);

    private readonly ImmutableArray<Step> _steps;

    private JsonLogFormat(ImmutableArray<Step> steps) => _steps = steps;

    /// <summary>Istio's default (<c>EnvoyJSONLogFormatIstio</c>).</summary>
    public static JsonObject Default() => new()
    {
        ["authority"] = "%REQ(:AUTHORITY)%",
        ["bytes_received"] = "%BYTES_RECEIVED%",
        ["bytes_sent"] = "%BYTES_SENT%",
        ["connection_termination_details"] = "%CONNECTION_TERMINATION_DETAILS%",
        ["downstream_local_address"] = "%DOWNSTREAM_LOCAL_ADDRESS%",
        ["downstream_remote_address"] = "%DOWNSTREAM_REMOTE_ADDRESS%",
        ["duration"] = "%DURATION%",
        ["method"] = "%REQ(:METHOD)%",
        ["path"] = "%REQ(X-ENVOY-ORIGINAL-PATH?:PATH)%",
        ["protocol"] = "%PROTOCOL%",
        ["request_id"] = "%REQ(X-REQUEST-ID)%",
        ["requested_server_name"] = "%REQUESTED_SERVER_NAME%",
        ["response_code"] = "%RESPONSE_CODE%",
        ["response_code_details"] = "%RESPONSE_CODE_DETAILS%",
        ["response_flags"] = "%RESPONSE_FLAGS%",
        ["route_name"] = "%ROUTE_NAME%",
        ["start_time"] = "%START_TIME%",
        ["upstream_cluster"] = "%UPSTREAM_CLUSTER_RAW%",
        ["upstream_host"] = "%UPSTREAM_HOST%",
        ["upstream_local_address"] = "%UPSTREAM_LOCAL_ADDRESS%",
        ["upstream_service_time"] = "%RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)%",
        ["upstream_transport_failure_reason"] = "%UPSTREAM_TRANSPORT_FAILURE_REASON%",
        ["user_agent"] = "%REQ(USER-AGENT)%",
        ["x_forwarded_for"] = "%REQ(X-FORWARDED-FOR)%",
    };

    /// <param name="fields">Format strings by field, nested as they like; other values stay as they are.</param>
    /// <param name="unknown">Is given the operators that cannot be read.</param>
    public static JsonLogFormat Compile(JsonObject fields, ICollection<string> unknown)
    {
        var steps = ImmutableArray.CreateBuilder<Step>();
        Compile(fields, steps, unknown);
        steps.Add(Step.Literal("\n"));
        return new JsonLogFormat(steps.ToImmutable());
    }

    public void Write<TValues>(in TValues values, LogText text)
        where TValues : struct, ILogValues
    {
        foreach (var step in _steps)
        {
            switch (step.Kind)
            {
                case StepKind.Literal:
                    text.Append(step.Text);
                    break;
                case StepKind.Value:
                    Write(values, step.Operators[0], text);
                    break;
                default:
                    text.Append('"');
                    foreach (var part in step.Operators)
                    {
                        WriteText(values, part, text, absent: "-");
                    }

                    text.Append('"');
                    break;
            }
        }
    }

    private static void Write<TValues>(in TValues values, LogOperator part, LogText text)
        where TValues : struct, ILogValues
    {
        var start = text.Length;
        if (part.IsNumber)
        {
            if (!values.TryWrite(part, text))
            {
                text.Append("null");
            }

            return;
        }

        text.Append('"');
        if (WriteText(values, part, text, absent: null))
        {
            text.Append('"');
        }
        else
        {
            text.Cut(start, 0);
            text.Append("null");
        }
    }

    private static bool WriteText<TValues>(in TValues values, LogOperator part, LogText text, string? absent)
        where TValues : struct, ILogValues
    {
        var start = text.Length;
        if (part.Kind is LogOperatorKind.Text)
        {
            text.Append(part.Argument);
        }
        else if (!values.TryWrite(part, text))
        {
            text.Append(absent);
            return absent is not null;
        }
        else if (part.MaxLength is { } length)
        {
            text.Cut(start, length);
        }

        Escape(text, start);
        return true;
    }

    /// <summary>Most values need none.</summary>
    private static void Escape(LogText text, int start)
    {
        var written = text.Span[start..];
        if (!written.ContainsAnyExcept(Plain))
        {
            return;
        }

        var escaped = JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(written.ToString());
        text.Cut(start, 0);
        text.Append(escaped);
    }

    private static void Compile(JsonNode? node, ImmutableArray<Step>.Builder steps, ICollection<string> unknown)
    {
        switch (node)
        {
            case JsonObject fields:
                var separator = "{";
                foreach (var (name, value) in fields)
                {
                    steps.Add(Step.Literal($"{separator}{JsonValue.Create(name).ToJsonString()}:"));
                    Compile(value, steps, unknown);
                    separator = ",";
                }

                steps.Add(Step.Literal(fields.Count == 0 ? "{}" : "}"));
                break;
            case JsonArray items:
                for (var index = 0; index < items.Count; index++)
                {
                    steps.Add(Step.Literal(index == 0 ? "[" : ","));
                    Compile(items[index], steps, unknown);
                }

                steps.Add(Step.Literal(items.Count == 0 ? "[]" : "]"));
                break;
            case JsonValue value when value.TryGetValue<string>(out var format):
                var operators = LogFormatParser.Parse(format, unknown);
                steps.Add(new Step(operators is [{ Kind: not LogOperatorKind.Text }] ? StepKind.Value : StepKind.Text, "", operators));
                break;
            default:
                steps.Add(Step.Literal(node?.ToJsonString() ?? "null"));
                break;
        }
    }

    private enum StepKind
    {
        Literal,
        Value,
        Text,
    }

    private readonly record struct Step(StepKind Kind, string Text, ImmutableArray<LogOperator> Operators)
    {
        public static Step Literal(string text) => new(StepKind.Literal, text, []);
    }
}
