using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mesh.Client.Model;
using Mesh.Client.Xds.Decoders;
using Mesh.Protocol.Envoy.Core;
using Mesh.Protocol.Envoy.Filters.Http.StatefulSession;
using Mesh.Protocol.Envoy.Http;
using Mesh.Protocol.Envoy.Http.StatefulSession.Cookie;
using Mesh.Protocol.Envoy.Http.StatefulSession.Header;
using Cookie = Mesh.Protocol.Envoy.Type.Http.Cookie;

namespace Mesh.Client.Tests.Xds.Decoders;

public sealed class StatefulSessionDecoderTests
{
    private static readonly SessionPolicy Expected = new(new CookieTemplate("session", "/a", TimeSpan.FromSeconds(120), []));

    [Fact]
    public void DecodeFilter_WithACookie_IsTheSessionOfTheListener()
    {
        var errors = new DecodeErrors();
        HttpFilter[] filters = [new HttpFilter { Name = "other", TypedConfig = Any.Pack(new Duration()) }, new HttpFilter { Name = "s", TypedConfig = Any.Pack(Session("session")) }];

        Assert.Equal(Expected, StatefulSessionDecoder.DecodeFilter(filters, errors));
        Assert.Empty(errors.ToImmutable());
        Assert.Null(StatefulSessionDecoder.DecodeFilter(filters[..1], errors));
    }

    [Fact]
    public void DecodeOverride_OfALevel_TurnsSessionsOffOrReplacesThem()
    {
        Assert.Equal(SessionPolicy.None, Override(new StatefulSessionPerRoute { Disabled = true }));
        Assert.Equal(Expected, Override(new StatefulSessionPerRoute { StatefulSession = Session("session") }));
        Assert.Null(Override(new Duration()));
    }

    [Fact]
    public void Decode_OfAHeader_IsItsName()
    {
        var errors = new DecodeErrors();
        var named = StatefulSessionDecoder.Decode(OfHeader("x-session"), errors);

        Assert.Equal(new SessionPolicy(null) { Header = "x-session" }, named);
        Assert.Empty(errors.ToImmutable());
        StatefulSessionDecoder.Decode(OfHeader(""), errors);
        Assert.Equal("session_state: name: expected the name of a header, got an empty one", Assert.Single(errors.ToImmutable()));
    }

    [Fact]
    public void Decode_WithoutACookieName_SaysSo()
    {
        var errors = new DecodeErrors();
        StatefulSessionDecoder.Decode(Session(""), errors);

        Assert.Equal("session_state: cookie.name: expected a name, got an empty one", Assert.Single(errors.ToImmutable()));
    }

    private static SessionPolicy? Override(IMessage message) =>
        StatefulSessionDecoder.DecodeOverride([KeyValuePair.Create("s", Any.Pack(message))], new DecodeErrors());

    private static StatefulSession OfHeader(string name) =>
        new() { SessionState = new TypedExtensionConfig { Name = "header", TypedConfig = Any.Pack(new HeaderBasedSessionState { Name = name }) } };

    private static StatefulSession Session(string cookie) => new()
    {
        SessionState = new TypedExtensionConfig
        {
            Name = "cookie",
            TypedConfig = Any.Pack(new CookieBasedSessionState
            {
                Cookie = new Cookie { Name = cookie, Path = "/a", Ttl = Duration.FromTimeSpan(TimeSpan.FromSeconds(120)) },
            }),
        },
    };
}
