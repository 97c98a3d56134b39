SELECT
  eventversion, useridentity, date_format(eventtime, '%Y-%m-%dT%H:%i:%sZ') AS eventtime,
  eventsource, eventname, awsregion, sourceipaddress, useragent, errorcode, errormessage,
  requestparameters, responseelements, additionaleventdata, requestid, eventid, resources,
  eventtype, apiversion, CAST(readonly AS varchar) AS readonly, recipientaccountid,
  serviceeventdetails, sharedeventid, vpcendpointid, vpcendpointaccountid, eventcategory,
  addendum, sessioncredentialfromconsole, edgedevicedetails, tlsdetails,
  recipientaccountid AS account, awsregion AS region,
  date_format(eventtime, '%Y') AS year, date_format(eventtime, '%m') AS month,
  date_format(eventtime, '%d') AS day, date_format(eventtime, '%Y/%m/%d') AS "timestamp"
FROM events
