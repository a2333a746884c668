using System.Net;
using Mesh.ControlPlane.Keys;

namespace Mesh.ControlPlane.Tests.Keys;

public sealed class AddressGuardTests
{
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.8.8.8")]
    [InlineData("0.0.0.0")]
    [InlineData("10.1.2.3")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.168.1.1")]
    [InlineData("169.254.169.254")]
    [InlineData("169.254.170.2")]
    [InlineData("100.100.100.200")]
    [InlineData("168.63.129.16")]
    [InlineData("192.0.0.192")]
    [InlineData("198.18.0.1")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("::7f00:1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("64:ff9b::7f00:1")]
    [InlineData("64:ff9b::a9fe:a9fe")]
    [InlineData("2002:7f00:1::")]
    [InlineData("2001:0:1:2::")]
    [InlineData("fd00:ec2::254")]
    [InlineData("fe80::1")]
    [InlineData("fec0::1")]
    [InlineData("ff02::1")]
    public void S47_AddressThatIsNotPublic_IsRefused(string address) =>
        Assert.False(new AddressGuard([], []).Allows("keys.example.com", 443, IPAddress.Parse(address)));

    [Theory]
    [InlineData("1.1.1.1")]
    [InlineData("172.15.255.255")]
    [InlineData("172.32.0.1")]
    [InlineData("100.128.0.1")]
    [InlineData("::ffff:1.1.1.1")]
    [InlineData("64:ff9b::101:101")]
    [InlineData("2606:4700:4700::1111")]
    public void Allows_PublicAddress_IsTaken(string address) => Assert.True(new AddressGuard([], []).Allows("keys.example.com", 443, IPAddress.Parse(address)));

    [Theory]
    [InlineData("keys.internal", "", 443, true)]
    [InlineData("KEYS.internal", "", 443, true)]
    [InlineData("keys.internal:443", "", 443, true)]
    [InlineData("keys.internal:443", "", 8443, false)]
    [InlineData("internal", "", 443, false)]
    [InlineData("", "10.0.0.0/8", 443, true)]
    [InlineData("", "10.2.0.0/16", 443, false)]
    public void Allows_WhatTheOperatorNames_IsTaken(string host, string network, int port, bool expected)
    {
        var guard = new AddressGuard(host.Length > 0 ? [host] : [], network.Length > 0 ? [network] : []);

        Assert.Equal(expected, guard.Allows("keys.internal", port, IPAddress.Parse("10.1.2.3")));
        Assert.Equal(expected && network.Length > 0, guard.Allows("other.example.com", port, IPAddress.Parse("::ffff:10.1.2.3")));
    }
}
