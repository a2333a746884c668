using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Mesh.Client.AccessLogs.Formats;

namespace Mesh.Client.Tests.AccessLogs;

public sealed class LogFormatTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("100%%", "100%")]
    [InlineData("[%REQ(A)%]", "[a-value]")]
    [InlineData("%REQ(A):3%", "a-v")]
    [InlineData("%REQ(NONE?A)%", "a-value")]
    [InlineData("%REQ(NONE)%|%RESPONSE_CODE%", "-|200")]
    [InlineData("%START_TIME(%Y-%m-%d %%)%x", "<%Y-%m-%d %%>x")]
    [InlineData("%UPSTREAM_LOCAL_ADDRESS% %REQUEST_HEADER(A?B):2% %CEL(response.code == 200)%", "- a- -")]
    public void Write_Text_PutsValuesInTheirPlaces(string format, string expected)
    {
        List<string> unknown = [];

        Assert.Equal(expected, Write(new TextLogFormat(LogFormatParser.Parse(format, unknown))));
        Assert.Empty(unknown);
    }

    [Theory]
    [InlineData("a %NONSENSE% b", "a - b", "%NONSENSE%")]
    [InlineData("a %REQ(x", "a -", "%REQ(x%")]
    [InlineData("a %RESPONSE_CODE", "a -", "%RESPONSE_CODE%")]
    [InlineData("%DYNAMIC_METADATA(com.test:key):10%", "-", "%DYNAMIC_METADATA(com.test:key):10%")]
    [InlineData("%REQUEST_DURATION%", "-", "%REQUEST_DURATION%")]
    public void Write_WhatNobodyKnows_IsAHyphenAndTold(string format, string expected, string told)
    {
        List<string> unknown = [];

        Assert.Equal(expected, Write(new TextLogFormat(LogFormatParser.Parse(format, unknown))));
        Assert.Equal([told], unknown);
    }

    [Fact]
    public void Write_Json_HasTypesAndNulls()
    {
        var fields = new JsonObject
        {
            ["code"] = "%RESPONSE_CODE%", ["user"] = "%REQ(A)%", ["none"] = "%REQ(NONE)%", ["mixed"] = "%REQ(A)% \"%RESPONSE_CODE%\" %REQ(NONE)%", ["fixed"] = "text", ["number"] = 7,
            ["deep"] = new JsonObject { ["list"] = new JsonArray("%RESPONSE_CODE%", "b"), ["empty"] = new JsonObject() }, ["quoted"] = "%REQ(QUOTED)%",
        };
        List<string> unknown = [];

        var line = Write(JsonLogFormat.Compile(fields, unknown));

        Assert.Equal(
            """{"code":200,"user":"a-value","none":null,"mixed":"a-value \"200\" -","fixed":"text","number":7,"deep":{"list":[200,"b"],"empty":{}},"quoted":"say \"hi\" \\ é"}""",
            JsonNode.Parse(line)!.ToJsonString(new JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
        Assert.EndsWith("}\n", line, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_IstiosDefaults_KnowEveryOperator()
    {
        List<string> unknown = [];

        LogFormatParser.Parse(TextLogFormat.Default, unknown);
        JsonLogFormat.Compile(JsonLogFormat.Default(), unknown);

        Assert.Empty(unknown);
    }

    [Fact]
    public void Parse_AnyText_NeverThrows() => Prop.ForAll(ArbMap.Default.ArbFor<NonNull<string>>(), text =>
    {
        Write(new TextLogFormat(LogFormatParser.Parse(text.Get, [])));
        Write(JsonLogFormat.Compile(new JsonObject { ["x"] = text.Get, ["y"] = "%REQ(" + text.Get + ")%" }, []));
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("10.1.10.23", "", "10.1.10.23")]
    [InlineData("10.1.10.23", "16", "10.1.0.0/16")]
    [InlineData("::ffff:10.1.10.23", "12", "10.0.0.0/12")]
    [InlineData("2001:db8:1234:5678:9abc:def0:1234:5678", "64", "2001:db8:1234:5678::/64")]
    public void Write_Address_MasksItAsEnvoyDoes(string address, string mask, string expected)
    {
        var text = new LogText(100);

        AddressText.Write(text, System.Net.IPAddress.Parse(address), mask);

        Assert.Equal(expected, text.Span.ToString());
    }

    [Theory]
    [InlineData("", "/before?x=1")]
    [InlineData("NQ", "/before")]
    [InlineData("WQ:PATH", "/now?y")]
    [InlineData("NQ:PATH", "/now")]
    [InlineData("WQ:ORIG", "/before?x=1")]
    public void TryPath_OfARewrittenRequest_IsTheOneAskedFor(string argument, string expected)
    {
        Assert.True(RequestTarget.TryPath("/now?y", "/before?x=1", argument, out var path));

        Assert.Equal(expected, path.ToString());
        Assert.False(RequestTarget.TryPath("/now?y", null, "WQ:ORIG", out _));
    }

    [Fact]
    public void AppendForeign_LineBreaks_StartNoNewEntry()
    {
        var text = new LogText(100);

        text.AppendForeign("a\r\nb\tc");

        Assert.Equal("a__b_c", text.Span.ToString());
    }

    [Fact]
    public void Append_MoreThanTheLimit_IsCut()
    {
        var text = new LogText(1_000);

        text.Append(new string('a', 999));
        text.Append("bcd");
        text.Append('e');

        Assert.Equal((1_000, 'b'), (text.Length, text.Span[^1]));
    }

    [Fact]
    public void Append_Time_IsIso8601()
    {
        var text = new LogText(100);

        text.Append(new DateTimeOffset(2026, 1, 2, 3, 4, 5, 67, TimeSpan.FromHours(1)));

        Assert.Equal("2026-01-02T02:04:05.067Z", text.Span.ToString());
    }

    private static string Write(ILogFormat format)
    {
        var text = new LogText(10_000);
        format.Write(default(Values), text);
        return text.Span.ToString();
    }

    private readonly struct Values : ILogValues
    {
        public bool TryWrite(LogOperator part, LogText text)
        {
            switch (part.Kind)
            {
                case LogOperatorKind.RequestHeader when part.Argument == "A" || part.Alternative == "A":
                    text.Append("a-value");
                    return true;
                case LogOperatorKind.RequestHeader when part.Argument == "QUOTED":
                    text.Append("say \"hi\" \\ é");
                    return true;
                case LogOperatorKind.ResponseCode:
                    text.Append(200);
                    return true;
                case LogOperatorKind.StartTime:
                    text.Append($"<{part.Argument}>");
                    return true;
                default:
                    return false;
            }
        }
    }
}
