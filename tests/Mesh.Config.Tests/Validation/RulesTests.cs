using Mesh.Config.Validation.Rules;

namespace Mesh.Config.Tests.Validation;

public sealed class RulesTests
{
    [Theory]
    [InlineData("a", true)]
    [InlineData("A-1", true)]
    [InlineData("a.b.c.", true)]
    [InlineData("1.a", true)]
    [InlineData("", false)]
    [InlineData(".", false)]
    [InlineData("a..b", false)]
    [InlineData("-a", false)]
    [InlineData("a.1", false)]
    [InlineData("a_b", false)]
    [InlineData("*.a", false)]
    public void IsFqdn_Name_IsJudged(string name, bool expected) => Assert.Equal(expected, DnsNames.IsFqdn(name));

    [Theory]
    [InlineData("*", true)]
    [InlineData("*.a.com", true)]
    [InlineData("*a", true)]
    [InlineData("*-a.com", true)]
    [InlineData("a.*.com", false)]
    [InlineData("**.com", false)]
    [InlineData("a*", false)]
    public void IsWildcardDomain_Name_IsJudged(string name, bool expected) => Assert.Equal(expected, DnsNames.IsWildcardDomain(name));

    [Theory]
    [InlineData("a.com", "a.com", true)]
    [InlineData("*.com", "a.com", true)]
    [InlineData("*.a.com", "*.com", true)]
    [InlineData("*", "a", true)]
    [InlineData("*.a.com", "*.b.com", false)]
    [InlineData("a.com", "b.com", false)]
    public void Matches_TwoHosts_AreComparedBothWays(string left, string right, bool expected)
    {
        Assert.Equal(expected, HostPattern.Matches(left, right));
        Assert.Equal(expected, HostPattern.Matches(right, left));
    }

    [Theory]
    [InlineData("a")]
    [InlineData("^/api/v[0-9]+/(users|orders)$")]
    [InlineData("(?i)abc.*?")]
    [InlineData("(?P<name>a)(?<other>b)")]
    [InlineData("[]a]")]
    [InlineData("[^]a-z[:alpha:]\\d-]+")]
    [InlineData("\\pN\\p{Lu}\\Q.*+\\E\\x41\\x{10FFFF}")]
    [InlineData("a{2}b{2,}c{2,3}d{,3}e{")]
    [InlineData("(?:a|(?s:b)|)*")]
    [InlineData("a|b||c")]
    [InlineData("[[:]")]
    [InlineData("[[:word]")]
    [InlineData("[\\d-z][a-c-e][+--]")]
    [InlineData("\\12\\0\\_")]
    [InlineData("(?i-s:a)(?-m)")]
    public void FindError_Re2Pattern_IsAccepted(string pattern) => Assert.Null(Re2Syntax.FindError(pattern));

    [Theory]
    [InlineData("*")]
    [InlineData("a**")]
    [InlineData("a++")]
    [InlineData("a*+")]
    [InlineData("a{2}{3}")]
    [InlineData("a{1001}")]
    [InlineData("a{3,2}")]
    [InlineData("(a")]
    [InlineData("a)")]
    [InlineData("[a")]
    [InlineData("[z-a]")]
    [InlineData("(?=a)")]
    [InlineData("(?!a)")]
    [InlineData("(?<=a)")]
    [InlineData("(?<!a)")]
    [InlineData("(?>a)")]
    [InlineData("(?(1)a)")]
    [InlineData("(?P<>a)")]
    [InlineData("(a)\\1")]
    [InlineData("\\k<a>")]
    [InlineData("\\Z")]
    [InlineData("\\G")]
    [InlineData("a\\")]
    [InlineData("(?")]
    [InlineData("(?P<")]
    [InlineData("\\x{")]
    public void FindError_OtherPattern_IsExplained(string pattern) => Assert.NotNull(Re2Syntax.FindError(pattern));

    [Theory]
    [InlineData("1.2.3.4", true)]
    [InlineData("::1", true)]
    [InlineData("001:db8::", true)]
    [InlineData("10.0.0.0/8", true)]
    [InlineData("2001:db8::/64", true)]
    [InlineData("1.2.3", false)]
    [InlineData("01.2.3.4", false)]
    [InlineData("1.2.3.256", false)]
    [InlineData("[::1]", false)]
    [InlineData("::1/129", false)]
    [InlineData("10.0.0.0/", false)]
    [InlineData("a", false)]
    public void IsIpOrSubnet_Text_IsJudgedAsGoDoes(string text, bool expected) => Assert.Equal(expected, Addresses.IsIpOrSubnet(text));
}
